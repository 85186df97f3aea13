//! A script in its engine. An engine belongs to one thread: each makes its own the first time that
//! it runs a script, and keeps a few.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use netsplit_core::mapreduce::emit::Emit;
use netsplit_core::mapreduce::job::Combine;
use rhai::{AST, Dynamic, Engine, EvalAltResult, FuncArgs, INT, Scope};

use crate::fault::{Fault, Place};
use crate::helpers;
use crate::limits;
use crate::script::{Own, Script};

/// Programs that a thread keeps.
const KEPT: usize = 4;

/// What functions of a script leave while they run.
#[derive(Debug)]
pub(crate) struct Out {
    pub(crate) emit: Emit,
    /// Bytes that may still be emitted; `None` outside of `map`.
    pub(crate) room: Option<u64>,
    /// What this call has counted so far, of all counters.
    pub(crate) counted: INT,
}

/// A script that can be called.
pub(crate) struct Program {
    text: Arc<str>,
    engine: Engine,
    ast: AST,
    pub(crate) out: Rc<RefCell<Out>>,
    steps: Rc<Cell<u64>>,
}

thread_local! {
    static PROGRAMS: RefCell<Vec<Program>> = const { RefCell::new(Vec::new()) };
}

/// Runs something with the program of a script.
pub(crate) fn with<T>(script: &Script, run: impl FnOnce(&mut Program) -> T) -> T {
    PROGRAMS.with_borrow_mut(|programs| {
        let text = &script.0.text;
        let place = match programs.iter().position(|it| it.text == *text) {
            Some(place) => place,
            None => {
                if programs.len() >= KEPT {
                    programs.remove(0);
                }
                programs.push(Program::new(text).expect("the script was compiled before"));
                programs.len() - 1
            }
        };
        run(&mut programs[place])
    })
}

/// Reads a text, and says which functions it has.
pub(crate) fn check(text: &Arc<str>) -> Result<Own, Fault> {
    if text.len() > limits::TEXT {
        let message = format!("a script has at most {} KB", limits::TEXT >> 10);
        return Err(Fault::whole(message, Place::Compile));
    }
    let program = Program::new(text)?;
    let has = |name: &str, arguments: &str| {
        let mut same = program.ast.iter_functions().filter(|it| it.name == name).peekable();
        let is_there = same.peek().is_some();
        let count = arguments.split(", ").count();
        match same.any(|it| it.params.len() == count) {
            true => Ok(true),
            false if is_there => {
                let message = format!("`{name}` takes {count} arguments: `{name}({arguments})`");
                Err(Fault::whole(message, Place::Compile).or_at(text, name))
            }
            false => Ok(false),
        }
    };
    for (name, arguments) in [("map", "name, text"), ("reduce", "key, values")] {
        if !has(name, arguments)? {
            let message = format!("there is no function `{name}({arguments})`");
            return Err(Fault::whole(message, Place::Compile));
        }
    }
    Ok(Own { combine: has("combine", "key, values")?, partition: has("partition", "key, parts")? })
}

impl Program {
    /// A program in an engine of its own.
    pub(crate) fn new(text: &Arc<str>) -> Result<Program, Fault> {
        Program::with_more(text, |_| ())
    }

    /// The same, in an engine to which something is added.
    pub(crate) fn with_more(
        text: &Arc<str>,
        add: impl FnOnce(&mut Engine),
    ) -> Result<Program, Fault> {
        // Names of nameless functions come from it. A second call finds it set.
        let _ = rhai::config::hashing::set_hashing_seed(Some([6, 5, 8, 40]));
        let mut engine = Engine::new();
        engine
            .set_max_call_levels(limits::CALLS)
            .set_max_expr_depths(limits::DEPTH, limits::DEPTH)
            .set_max_functions(limits::FUNCTIONS)
            .set_max_variables(limits::VARIABLES)
            .set_max_string_size(limits::STRING)
            .set_max_array_size(limits::ARRAY)
            .set_max_map_size(limits::MAP)
            .set_max_operations(limits::STEPS)
            // Functions see their arguments and no more: a name that is neither is a mistake.
            .set_strict_variables(true)
            .set_fail_on_invalid_map_property(true)
            .disable_symbol("eval")
            .on_print(|_| ())
            .on_debug(|_, _, _| ());
        let out = Rc::new(RefCell::new(Out {
            emit: Emit::new(Combine::Nothing),
            room: None,
            counted: 0,
        }));
        helpers::register(&mut engine, &out);
        add(&mut engine);
        let steps = Rc::new(Cell::new(0));
        let counted = Rc::clone(&steps);
        engine.on_progress(move |steps| {
            counted.set(steps);
            None
        });
        let ast = engine.compile(&**text).map_err(|error| Fault::of_text(&error))?;
        Ok(Program { text: Arc::clone(text), engine, ast, out, steps })
    }

    /// Calls a function within its allowance; returns what it returns, and the steps that it took.
    pub(crate) fn call(
        &mut self,
        name: &str,
        arguments: impl FuncArgs,
        allowance: u64,
    ) -> (Result<Dynamic, Box<EvalAltResult>>, u64) {
        self.engine.set_max_operations(allowance);
        self.steps.set(0);
        let result = self.engine.call_fn(&mut Scope::new(), &self.ast, name, arguments);
        (result, self.steps.get())
    }
}
