"""What README promises at first sight; its sessions and links are tested with those of the docs (tests/test_sessions.py)."""

from sessions import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_opens_with_a_count_on_a_real_net():
    first = README.index("```console")
    assert "$ relupoly count-pieces data/" in README[first : first + 60]
    assert "##" not in README[:first]
