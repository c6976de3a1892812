"""Words before a full stop, and behind one, that tell whether a sentence ends there."""

from __future__ import annotations

__all__ = [
    "AT_THE_END_TOO", "BEFORE_NAMES", "BEFORE_NUMBER", "BEFORE_ORDINAL", "DAYS", "FIRMS", "GOES_ON",
    "LETTERED", "MONTHS", "MONTHS_CUT", "OPENERS", "SOUNDS", "TITLES", "TITLES_IN_CAPITALS",
    "WITHIN",
]  # fmt: skip


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A name follows, always.
TITLES = words_of(
    """
    mr mrs ms mx dr drs prof profs messrs dl dna κ κα κκ δρ проф акад доц тов
    st rev gen sgt capt col lt hon mme mlle hr fr frl dipl ing
    sra srta dra sig dott prof.ssa sig.ra dhr mevr mw ks inż doc mgr डॉ प्रो ডা ডঃ
    """
)
MONTHS_CUT = words_of("jan feb mar apr jun jul aug sep sept oct nov dec okt dez")
# A number follows, or they are words: "No. It was bad.", "I met Jan."
BEFORE_NUMBER = MONTHS_CUT | words_of(
    """
    no nos nr nrs pp vol kl r č čp рис гл стр vols fig figs art ch sec par abs ziff s bd kap pag pág núm n
    dic gen febr
    """
)
# Ends a sentence only before a capital letter.
AT_THE_END_TOO = words_of(
    """
    etc inc ltd co corp al usw ecc enz itd itp osv mfl m.m a.m p.m mon tue tues
    thu thur thurs fri ave blvd rd sr jr
    руб коп тыс млн млрд др пр гг вв
    """
)
# Something follows that belongs to the sentence.
WITHIN = words_of(
    """
    eg e.g ie i.e cf vs approx ca c viz resp incl excl bzw z.b d.h u.a ggf evtl inkl exkl
    vgl sog bspw zzgl abzgl ugs p.ex env av p.ej aprox ud uds bijv bv d.w.z o.a m.b.t i.v.m
    np tzw m.in tj tzn ul pl św esim ns nk ул просп пл пер кв корп обл д см bl.a t.ex dvs f.eks ex
    """
)
# Words that open sentences more often than they are names, so that a letter before them stands for itself.
OPENERS = words_of(
    """
    i it he she we you they the a an this that these those there then and but so or if when
    what why how who where no yes well now my our his her their in on at for not maybe
    because also after before ich er sie es wir ihr der die das ein eine und aber dann da so
    wenn was warum wie ja nein doch je il elle nous vous ils elles le la les un une et mais
    alors puis on ce cela oui non yo él ella nosotros el los las y pero entonces luego sí io
    lui lei noi gli e ma poi sì ik hij zij wij het de en maar dan ja nee jag han hon vi det
    den och men sedan o os as um uma
    """
)
SOUNDS = words_of("mm mmm mhm mhmm hm hmm hmmm shh sh pst brr tsk pff pfft grr")
BEFORE_ORDINAL = words_of(
    """
    ab am beim bis das dem den der des die im ins seit vom zum zur ihr ihrem ihren sein
    seinem
    """
)
MONTHS = words_of(
    """
    januar jänner februar feber märz april mai juni juli august september oktober november
    dezember januari februari mars marts maj augusti desember december
    """
)
# A name follows where they are in capitals.
TITLES_IN_CAPITALS = words_of("gov sen rep pres maj adm cmdr cpl supt insp det")
# A noun or name follows that belongs to them, unless it opens a sentence more often.
BEFORE_NAMES = words_of("mio mrd tsd dept univ assoc bros")
FIRMS = words_of("ltd inc llc kg corp")
DAYS = words_of("monday tuesday wednesday thursday friday saturday sunday")
GOES_ON = words_of("and or to through until till und bis oder")
# What a letter behind them names: "a B", "plan C".
LETTERED = words_of("a an plan group type class grade option vitamin hepatitis")
