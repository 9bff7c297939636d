"""What projects need from each other."""

from dataclasses import dataclass

FINISH = "finish"
PART = "part"  # what is in use before the finish


@dataclass(frozen=True)
class Need:
    """Project `node` needs something from `provider`, `slack` days after that was first planned to be there."""

    node: str
    provider: str
    title: str
    when: str
    slack: int


NEEDS: tuple[Need, ...] = (
    Need("TP-001", "TP-003", "Pipes and cables moved out of section A", PART, 30),
    Need("TP-002", "TP-003", "Pipes and cables moved out of section B", FINISH, 30),
    Need("TP-001", "TP-008", "Land of section A, ready to build on", PART, 20),
    Need("TP-002", "TP-004", "A bridge that carries track", FINISH, 45),
    Need("TP-005", "TP-001", "Foundations for the poles", PART, 40),
    Need("TP-006", "TP-005", "Wire under current for tests", PART, 60),
    Need("TP-007", "TP-002", "Levels of the track at the seven stops", PART, 30),
    Need("TP-009", "TP-006", "Signals for trial running", FINISH, 90),
    Need("TP-009", "CS-010", "Simulator that knows the new line", PART, 60),
    Need("TP-016", "TP-020", "Lubricators on the curves of Mercer Road", FINISH, 30),
    Need("FL-002", "FL-003", "Shore charging for the first ferry", FINISH, 60),
    Need("FL-003", "TP-010", "Current from the new substation", FINISH, 45),
    Need("FL-009", "FL-011", "Power for twelve more trams", PART, 40),
    Need("FL-011", "TP-011", "A feed from the replaced substation", PART, 60),
    Need("FL-016", "CS-005", "A place for the data of the doors", PART, 50),
    Need("ST-015", "ST-021", "Cameras under the canopy", FINISH, 40),
    Need("PI-002", "PI-001", "Account service to test against", PART, 30),
    Need("PI-003", "PI-001", "Account service for the gangways", PART, 60),
    Need("PI-006", "PI-005", "Rules of the fare caps", PART, 20),
    Need("PI-008", "PI-001", "Accounts that hold season tickets", FINISH, 60),
    Need("PI-010", "PI-009", "Arrival times to display", PART, 30),
    Need("PI-011", "PI-009", "Predictions during a disruption", FINISH, 30),
    Need("PI-012", "PI-013", "Open timetable data", PART, 45),
    Need("PI-020", "PI-001", "Accounts for students", FINISH, 90),
    Need("CS-002", "CS-001", "Chart of accounts", PART, 30),
    Need("CS-012", "CS-008", "One identity for each member of staff", FINISH, 60),
    Need("CS-009", "CS-012", "Hours of all crews, as paid", PART, 50),
    Need("CS-018", "CS-017", "Watch over the new network borders", PART, 40),
)
