//! Running processes, and what they take: the time on the wall, the processors' time, and the most
//! memory, as Linux tells in `/proc`.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What a run took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run {
    /// On the wall.
    pub seconds: f64,
    /// Of the processors.
    pub cpu: f64,
    /// Bytes in memory at most, of all its processes together.
    pub peak: u64,
}

/// Ticks of a second, as the kernel counts in `stat`.
const TICKS: f64 = 100.0;

/// Runs processes, each of which reads what the one before has written.
pub fn watched(mut commands: Vec<Command>, to: Stdio) -> Result<Run, String> {
    let began = Instant::now();
    let (mut children, mut to) = (Vec::new(), Some(to));
    let (last, mut input) = (commands.len() - 1, None);
    for (place, command) in commands.iter_mut().enumerate() {
        if let Some(input) = input.take() {
            command.stdin(Stdio::from(input));
        }
        let out = if place == last { to.take() } else { None };
        command.stdout(out.unwrap_or_else(Stdio::piped));
        let mut child = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
        input = child.stdout.take();
        children.push(child);
    }
    let mut seen: Vec<(f64, u64)> = vec![(0.0, 0); children.len()];
    loop {
        let mut going = false;
        for (child, seen) in children.iter_mut().zip(&mut seen) {
            *seen = look(child).unwrap_or(*seen);
            match child.try_wait().map_err(|error| error.to_string())? {
                None => going = true,
                Some(status) if status.success() => {}
                Some(status) => return Err(format!("it ended with {status}")),
            }
        }
        if !going {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    let cpu = seen.iter().map(|(cpu, _)| cpu).sum();
    let peak = seen.iter().map(|(_, peak)| peak).sum();
    Ok(Run { seconds: began.elapsed().as_secs_f64(), cpu, peak })
}

/// The processors' time and the peak of a process that is there.
fn look(child: &Child) -> Option<(f64, u64)> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    // Behind the name, which may hold blanks: the 12th and 13th are its ticks.
    let (_, rest) = stat.rsplit_once(')')?;
    let cells: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |place: usize| cells.get(place)?.parse::<f64>().ok();
    Some(((ticks(11)? + ticks(12)?) / TICKS, kilobytes * 1024))
}
