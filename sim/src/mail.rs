//! Messages under way.

use netsplit_core::time::Time;

use crate::choice::EnvelopeId;

/// A message under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope<M> {
    /// Its name.
    pub id: EnvelopeId,
    /// What it says.
    pub message: M,
    /// When it left.
    pub sent: Time,
    /// When it is due at its receiver.
    pub arrives: Time,
    /// The step that sent it.
    pub sent_step: u64,
    /// True while it waits before its receiver to be released.
    pub held: bool,
    /// True when the network will lose it half-way.
    pub lost: bool,
    /// The sender's incarnation as it left.
    pub from_incarnation: u32,
    /// The receiver's incarnation then.
    pub to_incarnation: u32,
    /// Key in the queue; nothing is queued under another.
    pub(crate) seq: u64,
}

impl Envelope<()> {
    /// The same with a message in it.
    #[inline(always)] // as for `World::post`
    pub(crate) fn around<M>(self, message: M) -> Envelope<M> {
        Envelope {
            id: self.id,
            message,
            sent: self.sent,
            arrives: self.arrives,
            sent_step: self.sent_step,
            held: self.held,
            lost: self.lost,
            from_incarnation: self.from_incarnation,
            to_incarnation: self.to_incarnation,
            seq: self.seq,
        }
    }
}

/// All messages under way, in places that stay while they are.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mail<M> {
    places: Vec<Option<Envelope<M>>>,
    free: Vec<u32>,
}

impl<M> Default for Mail<M> {
    fn default() -> Mail<M> {
        Mail { places: Vec::new(), free: Vec::new() }
    }
}

impl<M> Mail<M> {
    #[inline(always)] // as for `World::post`
    pub(crate) fn put(&mut self, envelope: Envelope<M>) -> u32 {
        let place = match self.free.pop() {
            Some(place) => place,
            None => self.grow(),
        };
        let free = &mut self.places[place as usize];
        // Said once more, so that there is nothing to drop and the envelope is
        // made here.
        *free = None;
        *free = Some(envelope);
        place
    }

    #[cold]
    fn grow(&mut self) -> u32 {
        self.places.push(None);
        self.places.len() as u32 - 1
    }

    #[inline]
    pub(crate) fn get(&self, place: u32) -> Option<&Envelope<M>> {
        self.places.get(place as usize)?.as_ref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, place: u32) -> Option<&mut Envelope<M>> {
        self.places.get_mut(place as usize)?.as_mut()
    }

    #[inline(always)] // as for `World::post`
    pub(crate) fn take(&mut self, place: u32) -> Option<Envelope<M>> {
        let envelope = self.places.get_mut(place as usize)?.take()?;
        self.free.push(place);
        Some(envelope)
    }

    /// The place of a message by its name. Looks at every message: for acts by
    /// hand, not for the course of the run.
    pub(crate) fn find(&self, id: EnvelopeId) -> Option<u32> {
        let at = |place: &Option<Envelope<M>>| place.as_ref().is_some_and(|mail| mail.id == id);
        self.places.iter().position(at).map(|place| place as u32)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Envelope<M>> {
        self.places.iter().flatten()
    }
}
