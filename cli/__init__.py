"""The command line of relupoly; installed as `relupoly_cli`. One file for each command in `commands/`, each a thin face."""
