"""expose_group.py FILE GROUP: a KeePass XML export in which GROUP is exposed as a Secret Service."""

import base64
import re
import sys
import uuid

text = open(sys.argv[1], encoding="utf-8").read()
groups = re.findall(r"<Group>\s*<UUID>([^<]+)</UUID>\s*<Name>([^<]*)</Name>", text)
identifier = next(base64.b64decode(code) for code, name in groups if name == sys.argv[2])
item = (
    "<Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key>"
    f"<Value>{{{uuid.UUID(bytes=identifier)}}}</Value></Item>"
)
meta, rest = text.split("</Meta>", 1)
if "<CustomData>" in meta:
    meta = meta.replace("<CustomData>", "<CustomData>" + item, 1)
else:
    meta = meta.replace("<CustomData/>", "") + f"<CustomData>{item}</CustomData>"
sys.stdout.write(meta + "</Meta>" + rest)
