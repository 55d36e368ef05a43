"""ProviderContract: what a provider type promises, proved."""

from ktv_host.testing.provider_config_contract import ProviderConfigContract
from ktv_host.testing.provider_library_contract import ProviderLibraryContract
from ktv_host.testing.provider_opening_contract import ProviderOpeningContract


class ProviderContract(ProviderConfigContract, ProviderOpeningContract, ProviderLibraryContract):
    """Derive a class named ``Test…`` from it and set ``provider_type`` and ``good_config``.

    ``broken_configs`` says which error upstream trouble becomes, ``old_configs`` has one configuration per older
    ``config_version``, ``other_config`` leads a second instance elsewhere. A value that depends on a fixture, such as
    the address of a fake server, is given by overriding the fixture ``config``, ``broken`` or ``other``. The module
    says ``pytest_plugins = ["ktv_host.testing.fixtures"]``.
    """
