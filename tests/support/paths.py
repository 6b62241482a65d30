"""Where the checkout and its parts stand, for tests that read or run them."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The root of the checkout."""
DOCS = ROOT / "docs"
EXAMPLE = ROOT / "examples" / "polytechnic"
"""The bundled college, in the native format."""
SHARED = ROOT.parent / "shared"
"""What stands beside the checkout: published data, and cases."""
GOLDEN = ROOT / "tests" / "golden"
FIXTURES = ROOT / "tests" / "fixtures"
"""Files that earlier versions wrote."""
