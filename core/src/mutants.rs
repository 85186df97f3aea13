//! How a lab lists its mistakes: a row each, with its name in the catalogue, what it breaks, and what
//! it does. Everything else that is known of the list follows from that.

/// The mistakes of a lab: the enum `Mutant` with a variant for each row, and the set `Mutants` of
/// them in a number of this type. Rows stand in the order of the catalogue; a new one goes to the
/// end of its list, since sets are part of what is hashed. What is made by these machines and stands
/// in the catalogue of another lab comes behind `elsewhere`.
macro_rules! mutants {
    (
        $bits:ty;
        $($(#[doc = $does:literal])+ $mutant:ident = $id:literal $breaks:ident,)+
        $(elsewhere: $($(#[doc = $it_does:literal])+ $it:ident = $it_id:literal $it_breaks:ident,)+)?
    ) => {
        /// A mistake.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Mutant {
            $(#[doc = concat!($id, ":")] $(#[doc = $does])+ $mutant,)+
            $($(#[doc = concat!($it_id, ":")] $(#[doc = $it_does])+ $it,)+)?
        }

        impl Mutant {
            /// All of them, in the order of the catalogue.
            pub const ALL: &'static [Mutant] = &[$(Mutant::$mutant,)+];

            /// Its name in the catalogue, of two letters and two digits.
            pub const fn id(self) -> &'static str {
                self.row().0
            }

            /// The promise that the catalogue says it breaks. A check that stands under that
            /// promise may go red before: a vote that was not saved is missed on the disk before it
            /// is given twice.
            pub const fn breaks(self) -> Breaks {
                self.row().1
            }

            /// The one of this name, in any case.
            pub fn from_id(id: &str) -> Option<Mutant> {
                Mutant::ALL.iter().copied().find(|mutant| mutant.id().eq_ignore_ascii_case(id))
            }

            const fn row(self) -> (&'static str, Breaks) {
                match self {
                    $(Mutant::$mutant => ($id, Breaks::$breaks),)+
                    $($(Mutant::$it => ($it_id, Breaks::$it_breaks),)+)?
                }
            }
        }

        /// A set of mistakes.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct Mutants($bits);

        impl Mutants {
            /// None: everything is right.
            pub const NONE: Mutants = Mutants(0);

            /// This one alone.
            pub const fn only(mutant: Mutant) -> Mutants {
                Mutants(1 << mutant as u8)
            }

            /// These and one more.
            pub const fn with(self, mutant: Mutant) -> Mutants {
                Mutants(self.0 | 1 << mutant as u8)
            }

            /// These but for one.
            pub const fn without(self, mutant: Mutant) -> Mutants {
                Mutants(self.0 & !(1 << mutant as u8))
            }

            /// Whether it is one of them.
            #[inline]
            pub const fn has(self, mutant: Mutant) -> bool {
                self.0 & (1 << mutant as u8) != 0
            }

            /// True when there is none.
            #[inline]
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// Its members, in the order of the catalogue.
            pub fn iter(self) -> impl Iterator<Item = Mutant> {
                Mutant::ALL.iter().copied().filter(move |mutant| self.has(*mutant))
            }
        }
    };
}

pub(crate) use mutants;
