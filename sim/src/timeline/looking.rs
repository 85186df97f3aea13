//! Looks at other moments and at the parent, without showing them: what was
//! there before a step, what will be at the edge, what the parent has instead.

use super::{END, Timeline};
use crate::lab::Lab;
use crate::moment::Moment;
use crate::scene::{Act, Advanced, Scene};

impl<L: Lab> Timeline<L> {
    /// The shown branch after so many steps, or as far as it goes. `near` is an
    /// earlier look at the same branch, to go on from.
    pub fn look_at_step(&self, step: u64, near: Option<Scene<L>>) -> Scene<L> {
        let branch = self.branch();
        let is_early = |scene: &Scene<L>| scene.world.steps() <= step;
        let count = branch.keyframes.partition_point(|keyframe| is_early(keyframe));
        let keyframe = &*branch.keyframes[count.max(1) - 1];
        let known = [Some(keyframe), near.as_ref(), Some(&self.scene)];
        let nearest = known.into_iter().flatten().filter(|scene| is_early(scene));
        let nearest = nearest.max_by_key(|scene| scene.world.steps());
        let mut scene = nearest.unwrap_or(keyframe).clone();
        while scene.world.steps() < step && goes_on(&mut scene, &branch.acts, END) {}
        scene
    }

    /// The parent of the shown branch at the moment shown. `near` is an earlier
    /// look at it, to go on from. `None` on the first run, where the parent is not
    /// kept any more, and where more than `steps` steps would be needed.
    pub fn look_at_parent(&self, near: Option<Scene<L>>, steps: u64) -> Option<Scene<L>> {
        let (parent, _) = self.branch().parent?;
        let parent = self.branches.iter().find(|branch| branch.id == parent)?;
        let here = self.moment();
        let is_early = |scene: &Scene<L>| scene.world.moment() <= here;
        let count = parent.keyframes.partition_point(|keyframe| is_early(keyframe));
        let keyframe = &*parent.keyframes[count.max(1) - 1];
        let near =
            near.filter(|near| is_early(near) && near.world.steps() > keyframe.world.steps());
        let mut scene = near.unwrap_or_else(|| keyframe.clone());
        let last = scene.world.steps().saturating_add(steps);
        while goes_on(&mut scene, &parent.acts, here) {
            if scene.world.steps() >= last {
                return None;
            }
        }
        Some(scene)
    }
}

fn goes_on<L: Lab>(scene: &mut Scene<L>, acts: &[Act], until: Moment) -> bool {
    !matches!(scene.advance(acts, until), Advanced::Reached | Advanced::Stopped(_))
}
