"""Start Odoo so that core's tests run when every module is loaded.

Core runs most tests of a module right after that module, before ours is there:
then they would say nothing about what our addon changes.
"""

import sys

sys.path.pop(0)  # this folder, whose modules are not meant for Odoo

import odoo.cli  # noqa: E402
import odoo.tests.loader  # noqa: E402

_make_suite = odoo.tests.loader.make_suite


def _suite_of_all(module_names, position="at_install"):
    if position == "at_install":
        return odoo.tests.loader.OdooSuite()
    suite = _make_suite(module_names, "at_install")
    suite.addTests(_make_suite(module_names, position))
    return suite


odoo.tests.loader.make_suite = _suite_of_all
odoo.cli.main()
