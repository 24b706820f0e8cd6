"""X12 documents, the files that most warehouses trade: the codec here, the documents themselves beside it.

`x12` reads and writes interchanges, `envelope` wraps transactions for sending, `documents` give them meaning.
"""
