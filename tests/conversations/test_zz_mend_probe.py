import pytest
from tests.conversations.test_together_sequences import walk
@pytest.mark.parametrize("seed", range(20, 45))
def test_w(cast, seed):
    walk(cast, seed)
