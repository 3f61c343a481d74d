#!/usr/bin/env python3
"""A relay from stdio to stdio made of the PyPI package fastmcp: a contender of the benchmark."""

import sys

from fastmcp.client.transports import StdioTransport
from fastmcp.server import create_proxy

create_proxy(StdioTransport(command=sys.argv[1], args=sys.argv[2:])).run(show_banner=False)
