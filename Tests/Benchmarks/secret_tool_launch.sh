#!/bin/sh
# What many people write: secret-tool in a wrapper.  secret_tool_launch.sh ACCOUNT PROGRAM [ARGUMENT...]
S1=$(secret-tool lookup service benchmark account "$1") || exit 69
export S1
shift
exec "$@"
