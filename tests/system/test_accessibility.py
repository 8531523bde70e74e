"""axe finds nothing to mend in our own elements, as wide as a desktop or a phone."""

import pytest
from playwright.sync_api import expect

from tests.simulator.client import Simulator
from tests.system.axe import violations
from tests.system.inbox import ADA, Inbox, bubble
from tests.system.waiting import until

WIDTHS = {"desktop": (1280, 800), "phone": (375, 667)}
OMAR, GRACE, TOM, YUKI = (f"+1202555011{digit}" for digit in range(4))
SCREENS = {}


# ------------------------------------------------------------
# WHAT IS LOOKED AT
# ------------------------------------------------------------


class Office:
    """A number with a thread of each kind, and who may see every screen."""

    def __init__(self, inbox):
        self.inbox, self.login = inbox, inbox.manager()
        (boss_id,) = inbox.admin("res.users", "search", [("login", "=", self.login)])
        _model, group_id = inbox.admin(
            "ir.model.data", "check_object_reference", "base", "group_system"
        )
        # Odoo's own robot would welcome her all over a phone's screen
        rights = {"group_ids": [(4, group_id)], "odoobot_state": "disabled"}
        inbox.admin("res.users", "write", [boss_id], rights)
        other_line = inbox.line.replace("+1415", "+1212")
        inbox.twilio.account(numbers=[inbox.line, other_line])
        self.other_id = inbox.number("Service", other_line)
        number_ids = [inbox.number_id, self.other_id]
        members = {"user_ids": [(4, boss_id)]}
        inbox.admin("sms.inbox.number", "write", number_ids, members)
        self.people()
        self.threads()

    def people(self):
        self.ada_id = self.inbox.contact("Ada Chen", ADA)
        self.inbox.contact("Omar Haddad", OMAR)
        self.inbox.contact("Grace Okafor", GRACE)

    def threads(self):
        """One answered, one unread, one that refuses, one undecided, one closed.

        Ada has a second one, with another number.
        """
        inbox = self.inbox
        inbox.receive(ADA, "Is my bike ready?")
        inbox.receive(OMAR, "Do you rent e-bikes?")
        inbox.receive(GRACE, "STOP")
        inbox.receive(TOM, "Not interested")
        inbox.receive(YUKI, "See you on Friday")
        until(lambda: len(self.ids()) == 5)
        ids = self.ids()
        self.thread_id = ids[ADA]
        inbox.agent("sms.inbox.conversation", "send_text", [ids[ADA]], "Yes 🚲")
        until(lambda: "delivered" in [text["state"] for text in inbox.texts()])
        inbox.agent("sms.inbox.conversation", "inbox_note", [ids[ADA]], "Pays in cash")
        inbox.receive(ADA, "Great, I come at five")
        inbox.agent("sms.inbox.conversation", "write", ids[YUKI], {"stage": "closed"})
        inbox.agent("sms.inbox.conversation", "write", ids[OMAR], {"flagged": True})
        other_id = inbox.agent("sms.inbox.conversation", "start", self.other_id, ADA)
        inbox.agent("sms.inbox.conversation", "send_text", [other_id], "Hello Ada")

    def ids(self):
        """{their number: the conversation's id}"""
        rows = self.inbox.agent(
            "sms.inbox.conversation", "search_read", [], ["contact_number"]
        )
        return {row["contact_number"]: row["id"] for row in rows}


@pytest.fixture(scope="module")
def office(server, chrome):
    running, database = server
    with Simulator() as twilio:
        twilio.settings(deliver_to=running.url)
        yield Office(Inbox(running.url, database, twilio, chrome))


@pytest.fixture(scope="module")
def pages(office):
    """A page of each width, logged in."""
    pages = {
        name: office.inbox.screen("/odoo/sms-inbox", *size, login=office.login)
        for name, size in WIDTHS.items()
    }
    for page in pages.values():
        page.set_default_timeout(30_000)
    yield pages
    for page in pages.values():
        page.context.close()


class Screen:
    """A page on the way to what is looked at."""

    def __init__(self, page, office):
        self.page, self.office = page, office
        self.wide = page.viewport_size["width"] > 1000

    def go(self, path, sign):
        self.page.goto(f"{self.office.inbox.url}/odoo/{path}")
        return self.shows(sign)

    def shows(self, sign):
        expect(self.page.locator(sign).first).to_be_visible()
        return self

    def click(self, selector):
        self.page.locator(selector).first.click()
        return self

    def view(self, name):
        self.go("sms-inbox", ".o_sms_inbox_start_new")
        if not self.wide:
            self.click(".o_sms_inbox_view_toggle")
        return self.click(f"[data-view={name}]")

    def thread(self):
        self.go(f"sms-inbox/{self.office.thread_id}", ".o_sms_inbox_send")
        expect(bubble(self.page, "I come at five")).to_be_visible()
        return self

    def action(self, name):
        """Choose something of the menu of a contact's form."""
        self.go(f"contacts/{self.office.ada_id}", ".o_form_view")
        self.click(".o_cp_action_menus button")
        self.page.get_by_role("menuitem", name=name, exact=True).click()
        return self.shows(".modal footer button")


def screen(*ours, widths=tuple(WIDTHS)):
    """Have a function's screen looked at, in those elements of it that are ours."""

    def add(bring_up):
        for width in widths:
            SCREENS[bring_up.__name__, width] = (bring_up, ours)
        return bring_up

    return add


# ------------------------------------------------------------
# THE INBOX
# ------------------------------------------------------------


@screen(".o_sms_inbox")
def inbox_list(at):
    at.view("team").shows(".o_sms_inbox_row")


@screen(".o_sms_inbox", ".o-dropdown--menu", widths=["desktop"])
def hand_over_menu(at):
    at.view("team").shows(".o_sms_inbox_row")
    at.page.locator(".o_sms_inbox_row").first.hover()
    at.click(".o_sms_inbox_hand_over").shows("[data-user]")


@screen(".o_sms_inbox")
def empty_view(at):
    at.view("snoozed").shows(".o_sms_inbox_no_rows")


@screen(".o-dropdown--menu", widths=["phone"])
def views_menu(at):
    at.go("sms-inbox", ".o_sms_inbox_start_new").click(".o_sms_inbox_view_toggle")
    at.shows(".o-dropdown--menu [data-view]")


@screen(".o_sms_inbox")
def found(at):
    at.view("team").page.fill(".o_sms_inbox_search", "bike")
    at.shows(".o_sms_inbox_row .fa-search")


@screen(".o_sms_inbox")
def nothing_found(at):
    at.go("sms-inbox", ".o_sms_inbox_search").page.fill(".o_sms_inbox_search", "zzzz")
    at.shows(".o_sms_inbox_no_rows")


@screen(".o_sms_inbox")
def thread(at):
    at.thread()


@screen(".o_sms_inbox")
def thread_of_who_wants_no_texts(at):
    at.view("team").click(".o_sms_inbox_row:has-text('Grace')")
    at.shows(".o_sms_inbox_blocked")


@screen(".o_sms_inbox")
def thread_of_who_is_undecided(at):
    at.view("team").click(".o_sms_inbox_row:has-text('Not interested')")
    at.shows(".o_sms_inbox_undecided")


@screen(".o_sms_inbox")
def note(at):
    at.thread().click(".o_sms_inbox_to_note").shows(".o_sms_inbox_noting textarea")


@screen(".o_sms_inbox")
def details(at):
    at.thread().click(".o_sms_inbox_toggle_details").shows(".o_sms_inbox_details")


@screen(".o_sms_inbox")
def timeline(at):
    at.thread().page.keyboard.press("t")
    at.shows(".o_sms_inbox_timeline_back")


@screen(".o-dropdown--menu")
def snooze_menu(at):
    at.thread().click(".o_sms_inbox_snooze").shows("[data-time]")


@screen(".o-dropdown--menu")
def assign_menu(at):
    at.thread().click(".o_sms_inbox_assign").shows("[data-user]")


@screen(".o-dropdown--menu")
def undo_menu(at):
    at.thread().click(".o_sms_inbox_undo_choice").shows("[data-undo]")


@screen(".o-dropdown--menu")
def templates_menu(at):
    at.thread().click(".o_sms_inbox_templates").shows(".o-dropdown--menu")


@screen(".modal")
def when_dialog(at):
    snooze_menu(at)
    at.click("[data-time=other]").shows("#o_sms_inbox_when")


@screen(".modal")
def keys_dialog(at):
    at.go("sms-inbox", ".o_sms_inbox_search").page.keyboard.press("?")
    at.shows(".modal kbd")


@screen(".o_sms_inbox")
def new_text(at):
    at.go("sms-inbox", ".o_sms_inbox_search").click(".o_sms_inbox_start_new")
    at.page.fill("#o_sms_inbox_who", "ada")
    at.shows(".o_sms_inbox_person")


@screen(".o_sms_inbox")
def choice_of_our_number(at):
    new_text(at)
    at.click(".o_sms_inbox_person").shows(".o_sms_inbox_start")


# ------------------------------------------------------------
# THE BOARD AND THE FIGURES
# ------------------------------------------------------------


@screen(".o_sms_inbox_board .o_kanban_renderer")
def board(at):
    at.go("sms-conversations", ".o_sms_inbox_board .o_kanban_record")


@screen(".o_sms_inbox_board .o_renderer", widths=["desktop"])
def board_as_list(at):
    at.go("sms-conversations", ".o_kanban_record").click(".o_switch_view.o_list")
    at.shows(".o_sms_inbox_board .o_data_row")


@screen(".o_sms_inbox_conversation")
def page_of_a_conversation(at):
    at.go(f"sms-conversations/{at.office.thread_id}", ".o_sms_inbox_send")


@screen(".o_sms_inbox_number_board .o_kanban_renderer")
def numbers(at):
    at.go("sms-numbers", ".o_kanban_record")


@screen(".o_content")
def waiting_times(at):
    at.go("sms-waiting-times", ".o_pivot table, .o_view_nocontent")


@screen(".o_content")
def opt_outs(at):
    at.go("sms-opt-outs", "canvas, .o_view_nocontent")


# ------------------------------------------------------------
# CONTACTS, WINDOWS AND SETTINGS
# ------------------------------------------------------------


@screen("[class*=o_sms_inbox]", "[name^=action_sms_inbox]")
def contact(at):
    at.go(f"contacts/{at.office.ada_id}", ".o_sms_inbox_mark")


@screen("[class*=o_sms_inbox]")
def texts_beside_a_contact(at):
    contact(at)
    at.click(".o_sms_inbox_texts_of_record").shows(".o_sms_inbox_send")


@screen("[class*=o_sms_inbox]")
def systray(at):
    at.go("contacts", ".o_sms_inbox_systray").click(".o_sms_inbox_systray")
    at.shows(".o_sms_inbox_glance .o_sms_inbox_row")


@screen(".o_command_palette [class*=o_sms_inbox]")
def palette(at):
    at.go("contacts", ".o_sms_inbox_systray").page.keyboard.press("Control+k")
    at.page.locator(".o_command_palette input").fill("text ada")
    at.shows(".o_command_palette [class*=o_sms_inbox]")


@screen(".o_sms_inbox_mark")
def contacts(at):
    at.go("contacts", ".o_sms_inbox_mark")


@screen(".modal .o_form_renderer", ".modal footer")
def bulk_window(at):
    at.action("Text")


@screen(".modal .o_form_renderer", ".modal footer")
def unsubscribe_window(at):
    at.action("Unsubscribe from texts")


@screen("[id^=sms_inbox]")
def settings(at):
    at.go("settings", ".settings_tab").click(".tab[data-key=sms_inbox]")
    at.shows("#sms_inbox_response")


# ------------------------------------------------------------
# THE CHECK
# ------------------------------------------------------------


@pytest.mark.parametrize("name, width", SCREENS)
def test_axe_finds_nothing_in(name, width, office, pages):
    bring_up, ours = SCREENS[name, width]
    bring_up(Screen(pages[width], office))
    found = violations(pages[width], *ours)
    assert not found, "\n" + "\n".join(found)


def test_a_button_without_a_name_would_be_found(office, pages):
    screen = Screen(pages["desktop"], office).view("team").shows(".o_sms_inbox_row")
    screen.page.evaluate(
        "document.querySelector('.o_sms_inbox_start_new')"
        ".replaceWith(document.createElement('button'))"
    )
    (fault,) = violations(screen.page, ".o_sms_inbox")
    assert fault.startswith("button-name: ")
