"""Secrets that no source holds: drawn at run time from the shapes that their issuers publish.

In a shape `{A36}` is 36 letters and digits, `{L…}` lower case and digits, `{U…}` upper case and
digits, `{T…}` base32, `{h…}` hexadecimal, `{H…}` upper-case hexadecimal, `{w…}` letters, digits,
`-` and `_`, `{k…}` the same in lower case, `{b…}` base64, `{d…}` digits, `{a…}` letters, `{u}` a
UUID, `{f}` a Discord number in base64.
"""

import random
import re
import string
import uuid
from base64 import b64encode

ALPHABETS = {
    "A": string.ascii_letters + string.digits,
    "L": string.ascii_lowercase + string.digits,
    "U": string.ascii_uppercase + string.digits,
    "T": string.ascii_uppercase + "234567",
    "h": "0123456789abcdef",
    "H": "0123456789ABCDEF",
    "w": string.ascii_letters + string.digits + "-_",
    "k": string.ascii_lowercase + string.digits + "-_",
    "b": string.ascii_letters + string.digits + "+/",
    "d": string.digits,
    "a": string.ascii_letters,
}
_PIECE = re.compile(r"\{([ALUThHwkbdauf])(\d*)\}")


def drawn(shape: str, source: random.Random) -> tuple[str, str]:
    """The text of a shape and the secret in it: what stands between « and », or all of it."""

    def body(piece: re.Match[str]) -> str:
        kind = piece[1]
        if kind == "u":
            return str(uuid.UUID(int=source.getrandbits(128), version=4))
        if kind == "f":
            return b64encode(str(source.randrange(10**17, 10**18)).encode()).decode()
        return "".join(source.choices(ALPHABETS[kind], k=int(piece[2])))

    text = _PIECE.sub(body, shape)
    if "«" not in text:
        return text, text
    secret = text[text.index("«") + 1 : text.index("»")]
    return text.replace("«", "").replace("»", ""), secret
