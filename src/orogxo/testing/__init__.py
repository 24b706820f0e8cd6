"""For the tests of hosts: needs pytest, which orogxo itself does not."""

import pytest

# Only then does a failing assertion of a shipped suite show both sides.
pytest.register_assert_rewrite("orogxo.testing.store_contract")
