"""What names one deployment of one package: the same package deployed the same way has the same key.

The key is an output of the deployment, so that Azure Resource Manager tells later which package a site was given.
"""

import hashlib
import json

DEPLOY_OPTIONS = {"type": "zip", "clean": True, "restart": True}
"""How OneDeploy is told to unpack."""


def deploy_key(package_name: str) -> str:
    """Returns the key of a package, by its file name, in hex."""
    key = json.dumps([package_name, DEPLOY_OPTIONS], sort_keys=True).encode()
    return hashlib.sha256(key).hexdigest()
