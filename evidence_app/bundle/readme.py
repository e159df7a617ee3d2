"""`data/README.txt`: how to check a bundle by hand, for somebody who has never seen this program."""

from __future__ import annotations

from evidence_app.bundle import layout
from evidence_app.bundle.text import shown_name
from evidence_app.crypto.sshsig import allowed_signers_line, fingerprint
from evidence_app.crypto.words import key_words
from evidence_app.ledger import CHECKPOINT_NAMESPACE, utc_text
from evidence_app.records import BundleContent

PRINCIPAL = "sender"
_REPORT = f"The report for people is {layout.REPORT}; the originals lie in data/exhibits.\n\n"


def readme(content: BundleContent) -> bytes:
    """The text, UTF-8 with LF line ends."""
    key = content.sender.signing_key
    namespaces = (layout.BUNDLE_NAMESPACE, CHECKPOINT_NAMESPACE, layout.CONTACT_NAMESPACE)
    who = shown_name(content.sender.name)
    windows = (
        f'cmd /c "ssh-keygen -Y verify -f allowed_signers -I {PRINCIPAL} -n {layout.BUNDLE_NAMESPACE} '
        f'-s {layout.SIGNATURE} < {layout.TAG_MANIFEST}"'
    )
    return f"""HOW TO CHECK THIS BUNDLE

Incident:   {shown_name(content.incident.reference)}
Sealed by:  {who}, {shown_name(content.sender.role)}, {shown_name(content.sender.school)} (so the bundle says)
Sealed at:  {utc_text(content.sealed_at)} (UTC, by the clock of the sender's computer)
Bundle:     {shown_name(content.bundle_id)}

{_REPORT if content.report else ""}The program Evidence checks all of this, and more, in one step:

    evidence-app verify FILE

Everything below works without it, with tools that other people made.


1. OPEN IT, in a new empty folder

    age -d -i key.txt FILE{layout.SUFFIX} | tar x          with your key
    age -d FILE{layout.SUFFIX} | tar x                     with a passphrase

On Windows, use cmd (not PowerShell, which changes what goes through a pipe):

    age -d -i key.txt -o bundle.tar FILE{layout.SUFFIX}
    tar -xf bundle.tar


2. IS EVERY FILE AS IT WAS SEALED?

    sha256sum -c {layout.TAG_MANIFEST} {layout.MANIFEST}         Linux
    shasum -a 256 -c {layout.TAG_MANIFEST} {layout.MANIFEST}     macOS
    certutil -hashfile FILE SHA256                                      Windows, file by file

This does not notice a file that was ADDED. Compare what is in the folder with the two lists:
apart from the lists themselves and the signature ({layout.SIGNATURE}), nothing else
may be there.


3. WHO SEALED IT?

Write this one line into a new file called allowed_signers:

{allowed_signers_line(PRINCIPAL, key, namespaces)}

Then run:

    ssh-keygen -Y verify -f allowed_signers -I {PRINCIPAL} -n {layout.BUNDLE_NAMESPACE} \\
        -s {layout.SIGNATURE} < {layout.TAG_MANIFEST}

On Windows, in one line and in cmd:

    {windows}

A good signature only shows that the holder of this key sealed the bundle. The key came with the
bundle, so by itself it says nothing about WHO that is. Meet the sender, or ring them on a number that
you already have, and compare:

    {fingerprint(key)}
    {" ".join(key_words(key))}


4. THE CHAIN OF RECORDS

    ssh-keygen -Y verify -f allowed_signers -I {PRINCIPAL} -n {CHECKPOINT_NAMESPACE} \\
        -s {layout.CHECKPOINT_SIGNATURE} < {layout.CHECKPOINT}

data/ledger/commitments.txt has one line for every act since the sender's vault was made;
data/ledger/opened.jsonl opens those that belong to this bundle. How they hang together is written in
the format description (bundle.md and vault.md, in the program's folder "formats").


WHAT SUCH A CHECK DOES NOT SHOW

It shows whether the record has changed since it was sealed, and with which key. It does not show who
wrote the posts, whether what they say is true, or whether the screen showed what others saw. The times
are those of the sender's computer. And it cannot show what was never captured.
""".encode()
