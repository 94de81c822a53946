"""A local Azure: it answers as App Service, Storage, ARM and the azure-native provider do, on this machine.

Like Azure it knows only the resources it was given; it never reads the project's manifest.
"""
