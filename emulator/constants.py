"""The fixed names of the local Azure: whose subscription it is, where it listens, what version it claims."""

SUBSCRIPTION_ID = "00000000-0000-4000-8000-000000000001"
"""The one subscription the emulator has."""

TENANT_ID = "00000000-0000-4000-8000-000000000002"
"""The tenant that issues its tokens."""

LOOPBACK = "127.0.0.1"
"""The only address anything of the emulator listens on."""

VERSION = "0.1.0"
"""What `/health` and the SCM site's `/api/environment` answer."""
