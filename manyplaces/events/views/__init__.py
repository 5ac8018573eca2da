"""The pages of hosts: committing, and the private page behind the link in a letter."""
