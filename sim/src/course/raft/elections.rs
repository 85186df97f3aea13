//! Part 2A: elections (5.2).

use crate::course::{self, CourseTest};
use crate::director::Asserted;

use super::Plan;
use super::harness::{Harness, ensure};

pub(super) const INITIAL_ELECTION: CourseTest = CourseTest {
    number: 1,
    since: 2020,
    name: "TestInitialElection2A",
    name_2024: "TestInitialElection3A",
    part: "2A",
    title: "initial election",
    about: "Three servers elect one leader, agree on the term, and keep both while nothing fails.",
    plan: course::Plan::Raft(Plan {
        servers: 3,
        unreliable: false,
        snapshots: false,
        director: |harness| Box::pin(initial_election(harness)),
    }),
};

async fn initial_election(t: Harness) -> Asserted<()> {
    t.note("Three servers: one of them is to lead within five seconds.");
    t.check_one_leader().await?;
    t.note("Nothing fails: the term is to stay what it is.");
    // Followers may still have to hear of the election.
    t.sleep(50).await;
    let term = t.check_terms()?;
    ensure(term >= 1, || format!("term is {term}, but should be at least 1"))?;
    t.sleep_timeouts(2).await;
    // The course only warns about this.
    ensure(t.check_terms()? == term, || "term changed even though there were no failures".into())?;
    t.check_one_leader().await?;
    Ok(())
}

pub(super) const RE_ELECTION: CourseTest = CourseTest {
    number: 2,
    since: 2020,
    name: "TestReElection2A",
    name_2024: "TestReElection3A",
    part: "2A",
    title: "election after network failure",
    about: "A new leader follows a disconnected one; without a majority there is none; \
            the old leader's return disturbs nobody.",
    plan: course::Plan::Raft(Plan {
        servers: 3,
        unreliable: false,
        snapshots: false,
        director: |harness| Box::pin(re_election(harness)),
    }),
};

async fn re_election(t: Harness) -> Asserted<()> {
    let first = t.check_one_leader().await?;
    t.note(format!("The leader {} is cut off: the others elect another.", t.name(first)));
    t.disconnect(first);
    t.check_one_leader().await?;
    t.note(format!("{} comes back, and disturbs nobody.", t.name(first)));
    // The old leader comes back and becomes a follower.
    t.connect(first);
    let second = t.check_one_leader().await?;
    // One server alone elects nobody.
    t.note("The leader and another server are cut off: one alone elects nobody.");
    t.disconnect(second);
    t.disconnect(t.after(second, 1));
    t.sleep_timeouts(2).await;
    t.check_no_leader()?;
    t.note("Two are together again: there is to be a leader.");
    t.connect(t.after(second, 1));
    t.check_one_leader().await?;
    t.connect(second);
    t.check_one_leader().await?;
    Ok(())
}

pub(super) const MANY_ELECTIONS: CourseTest = CourseTest {
    number: 3,
    since: 2021,
    name: "TestManyElections2A",
    name_2024: "TestManyElections3A",
    part: "2A",
    title: "multiple elections",
    about: "Of seven servers up to three are disconnected, ten times over; \
            the rest has a leader each time.",
    plan: course::Plan::Raft(Plan {
        servers: 7,
        unreliable: false,
        snapshots: false,
        director: |harness| Box::pin(many_elections(harness)),
    }),
};

async fn many_elections(t: Harness) -> Asserted<()> {
    t.check_one_leader().await?;
    for round in 1..10 {
        let gone = [t.any_server(), t.any_server(), t.any_server()];
        t.note(format!("Round {round}: {} are cut off.", t.names(&gone)));
        gone.iter().for_each(|&server| t.disconnect(server));
        t.check_one_leader().await?;
        gone.iter().for_each(|&server| t.connect(server));
    }
    t.check_one_leader().await?;
    Ok(())
}
