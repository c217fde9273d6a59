"""The kinds of problems of an input, and which of them only tell how something was read."""

from __future__ import annotations

#: Code of a problem -> its meaning.
PROBLEM_CODES = {
    "address-invalid": "not an http or https URL nor a path on the site",
    "address-encoded": "characters that a URL may not contain were percent-encoded",
    "address-shared": "an address that files of different episodes state",
    "body-residue": "the body contains what looks like leftover front matter",
    "control-character": "characters that no reader sees, which may change a name, were left out",
    "converted": "a value of another type that can only mean one thing",
    "date-invalid": "not a date or a date and time, ambiguous, or of a year of no episode",
    "encoding": "the file is not UTF-8 without a byte order mark",
    "field-missing": "a required field is absent or empty",
    "field-renamed": "a field under another name of it",
    "field-unknown": "ontology/fields.yaml does not know the field",
    "file-binary": "the file is not text",
    "file-empty": "the file is empty",
    "file-too-large": "the file exceeds the size limit",
    "file-unreadable": "the file or folder cannot be read",
    "folder-empty": "no episode file was found",
    "front-matter-missing": "the file does not begin with front matter",
    "front-matter-shape": "the front matter is not a mapping of fields",
    "front-matter-unclosed": "the front matter is not closed",
    "hidden": "hidden files and folders were left out",
    "key-shape": "a key that is not a text, such as a list or a mapping",
    "key-twice": "a duplicate key in a mapping",
    "json-broken": "front matter that is not JSON as its braces promise",
    "level-invalid": "not high, medium or low",
    "limit": "more than kgraph reads of one file",
    "link-broken": "a link whose target is missing, or back to itself",
    "list-shape": "a field of rows is not a list",
    "look-alike": "a Cyrillic or Greek letter that looks like a Latin one, among Latin ones",
    "mojibake": "text that was decoded with the wrong encoding",
    "more": "further problems of the file, as a count",
    "name-unclear": "a name or word that can be read in another way",
    "out-of-range": "a number outside its range",
    "placeholder": "a placeholder of a template in place of a value",
    "row-empty": "rows whose required text is empty",
    "row-incomplete": "a row without its required field",
    "row-shape": "an entry that is not a mapping of fields",
    "surrogate": "an escape of half a character",
    "toml-broken": "front matter that is not TOML as its fence promises",
    "type-wrong": "a value of another type",
    "vault": "notes that `kgraph export vault` wrote were left out",
    "yaml-broken": "a part that is not YAML",
    "yaml-colon": "an unquoted text that contains a colon and a space",
    "yaml-comment": "an unquoted hashtag, which is a comment in YAML, in place of a value",
}

#: Codes of remarks: nothing is in doubt, or lost but for the fraction of a whole number.
REMARK_CODES = frozenset({"address-encoded", "converted", "field-renamed"})
