"""Files in the age format (https://age-encryption.org/v1), encrypted with a passphrase that is stretched little.

The file says how often its passphrase is stretched. pyrage chooses so much that whoever opens it waits for seconds.
"""

import base64
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

INTRODUCTION = b"age-encryption.org/v1"
LOG_OF_WORK = 1


def encrypt(content, passphrase):
    """Return `content`, of 64 KiB at most, encrypted."""
    file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    label = INTRODUCTION + b"/scrypt"
    wrapping = hashlib.scrypt(passphrase.encode(), salt=label + salt, n=2**LOG_OF_WORK, r=8, p=1, dklen=32)
    stanza = b"-> scrypt %s %d" % (_base64(salt), LOG_OF_WORK)
    wrapped = _base64(ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None))
    header = b"\n".join([INTRODUCTION, stanza, wrapped, b"---"])
    mac = hmac.digest(_derived(file_key, info=b"header"), header, "sha256")
    payload = ChaCha20Poly1305(_derived(file_key, salt=nonce, info=b"payload"))
    return header + b" %s\n" % _base64(mac) + nonce + payload.encrypt(bytes(11) + b"\1", content, None)


def _derived(key, *, info, salt=None):
    return HKDF(SHA256(), length=32, salt=salt, info=info).derive(key)


def _base64(content):
    return base64.b64encode(content).rstrip(b"=")
