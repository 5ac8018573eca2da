"""The command `manyplaces` and the commands under it, each loaded only when it is called."""

from __future__ import annotations

import importlib
import os

import click

# Name, module under manyplaces.cli (it holds a click command called `command`), and the line in the list of commands.
COMMANDS = {
    "up": ("up", "Serve the site; prepares everything it needs on the first start."),
    "first-run": ("first_run", "Print a code with which somebody becomes national coordinator."),
    "demo": ("demo", "Fill the record with the sample that comes with the software."),
    "check": ("check", "Say which settings are in force and whether the installation is sound."),
    "import": ("imports", "Read actions, claims, events, media or details from a CSV file."),
    "commit": ("commit", "Commit the sites of a list: names, a CSV file or a spreadsheet."),
    "undo-import": ("undo_import", "Take back an import of the last 24 hours."),
    "export": ("exports", "Write actions, claims, events, media or details as CSV, or everything as an archive."),
    "backup": ("backup", "Write the whole installation into one file, while the site goes on."),
    "restore": ("restore", "Put a backup back."),
    "letters": ("outbox", "List the letters that wait, read one, try out the mail server."),
    "held": ("held", "Count what is stored about people, or tell what is held about one of them."),
    "lockdown": ("lockdown", "Close the site to every change, at once; for when something has gone badly wrong."),
    "unlock": ("unlock", "Open a site that was closed."),
    "rotate-keys": ("rotate_keys", "Make new keys and seal every contact anew, while the site goes on."),
}


class Commands(click.Group):
    """Lists all commands without loading them: `manyplaces --help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"manyplaces.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """One action in many places: called, done, reported and kept.

    Settings are read from the environment (docs/run.md); `manyplaces check` shows those in force.
    """
    # Whatever a command writes into the data folder is for its owner alone.
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "manyplaces.config.settings")
