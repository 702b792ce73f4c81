"""What tables are made of on either database."""

from sqlalchemy import BigInteger, Integer, MetaData, Text

metadata = MetaData()
Big = BigInteger().with_variant(Integer, "sqlite")
Word = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that lists are sorted by: by its bytes, not by the words of a language."""
