"""Judges messages that reached this host, with software that mailwright has no part in: dkimpy and pyspf.

Reads JSON lines: {"message": text, "server": [addresses]}. Prints one JSON object for each.
"""
import email
import json
import re
import sys

import dkim
import spf


def spf_of(address, sender, helo):
    return spf.check2(i=address, s=sender, h=helo)[0]


def judged(message, servers):
    raw = message.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    parsed = email.message_from_string(message)
    sender = parsed["Return-Path"].strip("<>")
    # Written by this host's own Postfix: "from HELO (name [address])".
    received = parsed.get_all("Received")[0]
    helo, address = re.match(r"from (\S+) \([^\[]*\[(?:IPv6:)?([^\]]+)\]\)", received).groups()
    signatures = parsed.get_all("DKIM-Signature") or []
    verifier = dkim.DKIM(raw)
    tags = [dict(tag.strip().split("=", 1) for tag in one.split(";") if "=" in tag) for one in signatures]
    return {
        "from_server": address in servers,
        "mail_from": spf_of(address, sender, helo),
        "helo": spf_of(address, "postmaster@" + helo, helo),
        "signatures": len(signatures),
        "dkim": bool(signatures) and verifier.verify(),
        "bits": getattr(verifier, "keysize", 0),
        "domains": [one["d"] for one in tags],
        "selectors": [one["s"] for one in tags],
        "author": parsed["From"],
        "results": [" ".join(one.split()) for one in parsed.get_all("Authentication-Results") or []],
    }


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(judged(asked["message"], asked["server"])))
