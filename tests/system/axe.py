"""What axe, a checker of accessibility, has to say about our own part of a page."""

from house import python_env
from house.node import Node

# what Odoo itself puts inside our views; its faults are not ours to mend
ODOOS_OWN = [
    "article.o_kanban_record",  # a link by its role
    ".o_kanban_header, .o_kanban_header *",
    ".o_field_widget:not([class*=o_field_sms_inbox], .o_field_badge)"
    " :not(input, textarea, select)",
    ".o-autocomplete--input, .o_select_menu_input",
    ".o_list_renderer thead, .o_list_renderer thead *",
    ".o_list_record_selector, .o_list_record_selector *",
    ".o_form_label",
    ".o-mail-Form-chatter, .o-mail-Form-chatter *",
    ".o_setting_right_pane > .text-muted *",
    ".modal, .modal-header, .modal-title",
    ".o_pivot, .o_pivot *",
    ".o_statusbar_status, .o_statusbar_status *",
]
# what Odoo puts on elements of ours: where the keyboard is in a menu
ODOOS_RULES = {"aria-allowed-attr": ".o-navigable"}
FIND = """
async ([include, exclude, excludeOf]) => {
    const there = include.filter((selector) => document.querySelector(selector));
    if (!there.length) return null;
    const {violations} = await axe.run(
        {include: there.map((selector) => [selector])}, {resultTypes: ["violations"]});
    const ours = (id) => ({target}) => {
        const element = document.querySelector(target.at(-1));
        return !element.matches([exclude, excludeOf[id] || []].flat().join());
    };
    const faults = ({id, help, nodes}) => nodes.filter(ours(id)).map((node) => ({
        rule: id, help, selector: node.target.join(" "), html: node.html,
        why: [...node.any, ...node.all, ...node.none].map(({message}) => message),
    }));
    return violations.flatMap(faults);
}
"""


def violations(page, *selectors):
    """Say what is wrong in the elements that are named, in words, one a violation.

    Pictures of a menu or a dialog that is still coming are no good to it, so it waits
    for what moves.
    """
    if not page.evaluate("Boolean(window.axe)"):
        script = Node(python_env.find(tools=True)).file("axe-core", "axe.min.js")
        page.add_script_tag(path=script)
    page.evaluate(
        "Promise.allSettled(document.getAnimations().filter(({effect}) =>"
        " effect.getComputedTiming().iterations < Infinity)"
        ".map(({finished}) => finished))"
    )
    found = page.evaluate(FIND, [list(selectors), ODOOS_OWN, ODOOS_RULES])
    assert found is not None, f"nothing on the page is {' or '.join(selectors)}"
    return [
        f"{fault['rule']}: {fault['help']}\n"
        f"    at {fault['selector']}\n"
        f"    {fault['html'][:200]}\n"
        f"    {'; '.join(fault['why'])}"
        for fault in found
    ]
