"""Many web apps and background jobs on one App Service plan, declared in YAML."""
