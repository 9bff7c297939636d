"""What goes wrong in projects, in the words of their managers. `{…}` is filled in by `telling`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Trouble:
    """One kind of trouble: what set it off, how it goes on, what is done next and what help is asked.

    It befalls works, systems or both. `where` is the reported dimension that shows it beside schedule and cost.
    """

    in_works: bool
    in_systems: bool
    where: str
    began: str
    goes_on: tuple[str, ...]
    next_steps: tuple[str, ...]
    help_needed: str
    defence: str


TROUBLES: tuple[Trouble, ...] = (
    Trouble(
        in_works=True,
        in_systems=True,
        where="risk",
        began="The main supplier lost its subcontractor and delivers at two thirds of the agreed rate.",
        goes_on=(
            "The supplier's deliveries were a third short again; our stock covers two weeks.",
            "Deliveries stay below plan; the supplier's recovery plan is in its second version.",
            "The supplier has named a second subcontractor, who is not yet approved.",
            "Two of three late lots arrived; one failed inspection and went back.",
        ),
        next_steps=(
            "Inspect the second subcontractor's works and decide on approval.",
            "Agree weekly delivery numbers with the supplier, with a price for each one missed.",
        ),
        help_needed="The sponsor to chair the escalation meeting with the supplier's board.",
        defence="The supplier has promised to catch up within two months; its plan is with us.",
    ),
    Trouble(
        in_works=False,
        in_systems=True,
        where="scope",
        began="Testing found that the interface to the old system was described wrongly in the contract.",
        goes_on=(
            "The supplier's analyst sat with our team for two days; four causes are found.",
            "Nine of fourteen interface tests pass; the rest wait for the supplier's next release.",
            "The supplier disputes who pays for the change; work goes on at risk.",
            "A second release passed the interface tests but slowed the old system down at peak hours.",
        ),
        next_steps=(
            "Repeat the interface tests with a full day's data.",
            "Settle the change request with the supplier before more work is ordered.",
        ),
        help_needed="A decision on the change request: pay for the interface, or take over the old data by hand.",
        defence="Only testing is behind; the last release has time in hand for it.",
    ),
    Trouble(
        in_works=True,
        in_systems=False,
        where="risk",
        began="Ground surveys found old foundations and a gas main that no drawing shows.",
        goes_on=(
            "Two more pits showed foundations; the survey is extended to the whole section.",
            "The gas company has offered a date for the diversion, eleven weeks later than we need it.",
            "Trial pits are dug by hand, which takes three times as long as planned.",
            "The redesign around the foundations is drawn and being priced.",
        ),
        next_steps=(
            "Get a firm date for the diversion from the gas company.",
            "Price the redesign and bring it to the project board.",
        ),
        help_needed="The chief executive to write to the gas company about the diversion date.",
        defence="The redesign avoids the gas main; it needs no more time once it is priced.",
    ),
    Trouble(
        in_works=True,
        in_systems=False,
        where="benefit",
        began="Steel and copper cost a fifth more than the tender estimate assumed.",
        goes_on=(
            "A second tender brought prices no lower than the first.",
            "Two lots were ordered at the new price; three remain open.",
            "Value engineering has found a third of the increase so far.",
            "The contractor asks for a price adjustment clause; legal advice is due.",
        ),
        next_steps=(
            "Order the next lot before the quoted price lapses.",
            "Finish the value engineering and show what it leaves out.",
        ),
        help_needed="Release contingency for the next lot before the quotation lapses.",
        defence="The increase will be won back in the remaining tenders.",
    ),
    Trouble(
        in_works=True,
        in_systems=True,
        where="risk",
        began="Both lead engineers left within a month, and the posts are hard to fill.",
        goes_on=(
            "The remaining engineer works on the critical drawings only.",
            "One post is filled from an agency at a higher rate; the other is advertised again.",
            "Interviews brought one candidate, who can start in two months.",
            "Drawings wait for review because only one engineer may sign them.",
        ),
        next_steps=(
            "Borrow a signing engineer from another project for six weeks.",
            "Make an offer to the candidate of the second interview.",
        ),
        help_needed="A signing engineer from elsewhere in the portfolio for six weeks.",
        defence="The new engineer starts soon and the plan has room for the weeks lost.",
    ),
    Trouble(
        in_works=True,
        in_systems=True,
        where="scope",
        began="User groups rejected the design, and the parts they use most must change.",
        goes_on=(
            "The list of changes is priced; it is longer than the contingency.",
            "Second workshops were held with three of five groups; two still object.",
            "The new design meets the objections but needs more work than the old one.",
            "Eighteen of thirty-one requested changes are agreed as necessary.",
        ),
        next_steps=(
            "Hold the last two workshops and close the list of changes.",
            "Bring the revised scope to the project board.",
        ),
        help_needed="The sponsor to decide which of the thirteen disputed changes are in.",
        defence="The changes are small and will be done beside the planned work.",
    ),
    Trouble(
        in_works=True,
        in_systems=False,
        where="benefit",
        began="The permit authority asked for a second environmental study before it decides.",
        goes_on=(
            "The authority asked for two more drawings, which were sent.",
            "Field work for the study is half done; the season for counting birds ends soon.",
            "The authority has put the case on the agenda of its next meeting but one.",
            "Work that needs no permit was brought forward to keep the crew busy.",
        ),
        next_steps=(
            "Hand in the study and ask for an early hearing.",
            "Plan the works around the protected weeks.",
        ),
        help_needed="Support from the mayor's office in asking for an early hearing.",
        defence="The authority has always kept the dates it names, and it named one.",
    ),
    Trouble(
        in_works=False,
        in_systems=True,
        where="scope",
        began="Data taken over from the old records turned out to be wrong in one case of twenty.",
        goes_on=(
            "A new check finds wrong records before they are taken over.",
            "The rate of wrong records fell from 5.1% to 3.4% after the second cleaning.",
            "Two more people clean records; overtime is booked until the end of the month.",
            "The rehearsal of the changeover stopped on the first day because totals did not agree.",
        ),
        next_steps=(
            "Clean the remaining groups of records, largest first.",
            "Repeat the rehearsal with a tenth of the records.",
        ),
        help_needed="Four people from the departments for three weeks to check their own records.",
        defence="Cleaning goes faster each week and will be done before the changeover.",
    ),
    Trouble(
        in_works=False,
        in_systems=True,
        where="risk",
        began="The security review found two flaws that must be mended before anybody outside may use the service.",
        goes_on=(
            "The first flaw is mended and tested; the second needs a change by the supplier.",
            "The supplier's correction arrived and broke sign-in for one group of users.",
            "The reviewers come back in three weeks; until then nothing goes live.",
            "A specialist joined for a month to work on the second flaw.",
        ),
        next_steps=(
            "Test the supplier's correction with every group of users.",
            "Prepare the second review and fix its date.",
        ),
        help_needed="An earlier date for the second review.",
        defence="Both flaws are understood, and mending them is days of work.",
    ),
)
