from collections import Counter
from tests.conversations.test_together_sequences import walk
def test_x(cast):
    import time
    for seed in range(1, 9):
        t=time.process_time(); c=Counter(walk(cast, seed)); print(seed, round(time.process_time()-t,1), dict(c))
