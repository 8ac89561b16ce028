"""The command line of relupoly; installed as `relupoly_cli`. One file for each command, each a thin face."""
