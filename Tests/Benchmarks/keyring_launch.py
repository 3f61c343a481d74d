"""The same with the `keyring` package.  keyring_launch.py ACCOUNT PROGRAM [ARGUMENT...]"""

import os
import sys

import keyring

value = keyring.get_password("benchmark", sys.argv[1])
if value is None:
    sys.exit("keyring: no such item")
os.environ["S1"] = value
os.execv(sys.argv[2], sys.argv[2:])
