//! A run of somebody's own code, whose results come from elsewhere.

use netsplit_core::mapreduce::functions::built_in;
use netsplit_sim::labs::mapreduce::tables;

use super::*;

/// Computes what is wanted as far as it is known, as words are counted.
fn fill() {
    let functions = (built_in("wc").expect("it is in the list").functions)();
    for (job, wanted) in tables::wanted() {
        tables::insert(&job, &wanted, wanted.made_by(&*functions));
    }
}

/// Opens a text; what it wants comes some frames late.
fn open_late(model: &mut Model, text: &str) {
    model.update(Action::OpenText(text.into()));
    while model.opening.is_some() {
        for _ in 0..5 {
            model.update(Action::Frame { elapsed: 16_667, steps: 5_000 });
        }
        fill();
    }
}

#[test]
fn a_shared_moment_of_a_run_of_own_code_opens_there_where_nothing_is_computed_yet() {
    let code = "fn map(name, text) { emit(name, 1); }\nfn reduce(key, values) { 1 }\n";
    let setup = netsplit_sim::scenario::Script::parse("scenario mapreduce nodes=4 seed=3 job=wc");
    let setup = setup.expect("it is a script").setup.with_code(code).expect("it is code");
    // Each thread has tables of its own.
    let opened = |text: String| {
        std::thread::spawn(move || {
            let mut model = Model::new();
            open_late(&mut model, &text);
            play(&mut model, 1);
            model.update(Action::Pause);
            let link = model.shared_link().to_string();
            (model.view().moment, model.view().fingerprint, link)
        })
        .join()
        .expect("nothing panics")
    };
    let (moment, print, link) = opened(setup.to_string());
    let mut model = Model::new();
    open_late(&mut model, &link);
    assert_eq!((model.view().moment, model.view().fingerprint), (moment, print));
    assert_eq!(model.origin.as_ref().map(|it| it.claim), Some(Claim::Holds));
}
