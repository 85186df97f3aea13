//! The lanes of workers: attempts at tasks, pointed at, pressed and gone through.

use std::any::Any;
use std::cell::RefMut;

use netsplit_core::time::Time;

use super::Model;
use crate::draw::bars::Way;
use crate::state::job::Job;
use crate::state::lens::Asking;
use crate::state::views::View;

impl Model {
    /// What became of the job, as far as the branch was run.
    ///
    /// # Panics
    /// When the part of another lab has kept something of the run, which none does.
    pub fn job(&self) -> RefMut<'_, Job> {
        let mut job = RefMut::map(self.play.kept.borrow_mut(), |kept| {
            let kept = kept.get_or_insert_with(|| Box::new(Job::default()) as Box<dyn Any>);
            kept.downcast_mut::<Job>().expect("a run is of one lab")
        });
        job.catch_up(&*self.play.run, self.play.shown_branch());
        job
    }

    /// Does something about attempts at tasks.
    pub fn ask_of_job(&mut self, asking: Asking) -> bool {
        if !self.is_seen(View::Tasks) {
            return self.ask(asking);
        }
        match asking {
            Asking::Point(spot) => {
                let id = spot.and_then(|spot| self.bar_of(self.job().lanes(), spot));
                return self.point_at_bar(spot, id);
            }
            Asking::Press(spot) => {
                let id = self.bar_of(self.job().lanes(), spot);
                match id {
                    Some(id) => self.choose(id),
                    // The ground is a time, as it is on the time line.
                    None => self.press_timeline(super::asking::on_timeline(spot)),
                }
            }
            Asking::Go(way) => self.go_to_try(way),
            other => return self.ask(other),
        }
        true
    }

    /// The keyboard goes from attempt to attempt; it begins at the last one that was given out.
    fn go_to_try(&mut self, way: Way) {
        let now = self.times().0;
        let (to, place) = {
            let job = self.job();
            let here = self.lens.cursor.filter(|id| job.get(*id).is_some());
            let to = match here {
                None => job.tries_by(now).last().map(|it| it.id),
                Some(here) => job.lanes().beside(here, way).or(Some(here)),
            };
            let place = to.map(|id| {
                let from = job.get(id).map_or(Time::ZERO, |it| it.from);
                (job.lanes().row_count(), job.lanes().row_of(id).unwrap_or(0), from)
            });
            (to, place)
        };
        self.lens.cursor = to;
        if let Some(place) = place {
            self.bring_place_into_sight(place);
        }
    }
}
