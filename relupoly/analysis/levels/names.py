"""What analyses call the quantities of level sets; apart, since who does not ask for them needs nothing else of this folder."""

BOUNDARY, TOPOLOGY, VOLUMES = "boundary", "topology", "volumes"
