"""Lets `python -m manyplaces` do what the command `manyplaces` does."""

from manyplaces.cli.main import main

main(prog_name="manyplaces")
