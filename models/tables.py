"""All tables of the models, for those who ask SQLAlchemy for every one there is."""

from importlib import import_module
from pkgutil import iter_modules

import models


def import_all() -> None:
    """A table is known once the file that declares it is imported."""
    for module in iter_modules(models.__path__):
        import_module(f"models.{module.name}")
