"""Sphinx extensions, which `_config.yml` names."""
