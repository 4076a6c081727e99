import subprocess
import sys

from voice.worker import diagnose


def test_a_machine_that_speaks_has_no_diagnosis() -> None:
    assert diagnose() is None


def test_a_machine_without_the_library_is_told_which_is_missing() -> None:
    code = (
        "import sys; sys.modules['espeakng_loader'] = None\n"
        "from voice.worker import diagnose; print(diagnose())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "The Python package espeakng-loader is not installed."
