"""The publications that descriptions cite, beside those of the measures and coefficients."""

from __future__ import annotations

__all__ = [
    "AGRESTI_1992", "ALLISON_LIKER_1982", "BENJAMINI_HOCHBERG_1995", "BLONDEL_2008", "CHAO_1987",
    "CHAO_JOST_2012", "COLWELL_2004", "CORNFIELD_1956", "DAVISON_HINKLEY_1997", "EFRON_STEIN_1981",
    "GUEST_2020", "HALDANE_1956", "HELTSHE_FORRESTER_1983", "HUBERT_ARABIE_1985", "JACCARD_1912",
    "KENDALL_1945", "PASSONNEAU_2006", "PHIPSON_SMYTH_2010", "SMITH_VAN_BELLE_1984", "STRONA_2014",
    "VEECH_2013", "WILSON_1927",
]  # fmt: skip

AGRESTI_1992 = (
    "Agresti (1992), A survey of exact inference for contingency tables, Statistical Science 7, "
    "doi:10.1214/ss/1177011454"
)
ALLISON_LIKER_1982 = (
    "Allison and Liker (1982), Analyzing sequential categorical data on dyadic interaction, "
    "Psychological Bulletin 91, doi:10.1037/0033-2909.91.2.393"
)
BENJAMINI_HOCHBERG_1995 = (
    "Benjamini and Hochberg (1995), Controlling the false discovery rate, Journal of the Royal "
    "Statistical Society B 57, doi:10.1111/j.2517-6161.1995.tb02031.x"
)
BLONDEL_2008 = (
    "Blondel, Guillaume, Lambiotte and Lefebvre (2008), Fast unfolding of communities in large "
    "networks, Journal of Statistical Mechanics P10008, doi:10.1088/1742-5468/2008/10/P10008"
)
CHAO_1987 = (
    "Chao (1987), Estimating the population size for capture-recapture data with unequal "
    "catchability, Biometrics 43, doi:10.2307/2531532"
)
CHAO_JOST_2012 = (
    "Chao and Jost (2012), Coverage-based rarefaction and extrapolation, Ecology 93, "
    "doi:10.1890/11-1952.1"
)
COLWELL_2004 = (
    "Colwell, Mao and Chang (2004), Interpolating, extrapolating, and comparing incidence-based "
    "species accumulation curves, Ecology 85, doi:10.1890/03-0557"
)
CORNFIELD_1956 = (
    "Cornfield (1956), A statistical problem arising from retrospective studies, Proceedings of "
    "the Third Berkeley Symposium 4"
)
DAVISON_HINKLEY_1997 = (
    "Davison and Hinkley (1997), Bootstrap methods and their application, section 5.3.1, "
    "doi:10.1017/CBO9780511802843"
)
EFRON_STEIN_1981 = (
    "Efron and Stein (1981), The jackknife estimate of variance, Annals of Statistics 9, "
    "doi:10.1214/aos/1176345462"
)
GUEST_2020 = (
    "Guest, Namey and Chen (2020), A simple method to assess and report thematic saturation in "
    "qualitative research, PLOS ONE 15, doi:10.1371/journal.pone.0232076"
)
HALDANE_1956 = (
    "Haldane (1956), The estimation and significance of the logarithm of a ratio of frequencies, "
    "Annals of Human Genetics 20, doi:10.1111/j.1469-1809.1955.tb01285.x"
)
HELTSHE_FORRESTER_1983 = (
    "Heltshe and Forrester (1983), Estimating species richness using the jackknife procedure, "
    "Biometrics 39, doi:10.2307/2530802"
)
HUBERT_ARABIE_1985 = (
    "Hubert and Arabie (1985), Comparing partitions, Journal of Classification 2, "
    "doi:10.1007/BF01908075"
)
JACCARD_1912 = (
    "Jaccard (1912), The distribution of the flora in the alpine zone, New Phytologist 11, "
    "doi:10.1111/j.1469-8137.1912.tb05611.x"
)
KENDALL_1945 = (
    "Kendall (1945), The treatment of ties in ranking problems, Biometrika 33, "
    "doi:10.1093/biomet/33.3.239"
)
PASSONNEAU_2006 = (
    "Passonneau (2006), Measuring agreement on set-valued items (MASI) for semantic and pragmatic "
    "annotation, LREC, https://aclanthology.org/L06-1392"
)
PHIPSON_SMYTH_2010 = (
    "Phipson and Smyth (2010), Permutation P-values should never be zero, Statistical Applications "
    "in Genetics and Molecular Biology 9, doi:10.2202/1544-6115.1585"
)
SMITH_VAN_BELLE_1984 = (
    "Smith and van Belle (1984), Nonparametric estimation of species richness, Biometrics 40, "
    "doi:10.2307/2530750"
)
STRONA_2014 = (
    "Strona, Nappo, Boccacci, Fattorini and San-Miguel-Ayanz (2014), A fast and unbiased procedure "
    "to randomize ecological binary matrices with fixed row and column totals, Nature "
    "Communications 5, doi:10.1038/ncomms5114"
)
VEECH_2013 = (
    "Veech (2013), A probabilistic model for analysing species co-occurrence, Global Ecology and "
    "Biogeography 22, doi:10.1111/j.1466-8238.2012.00789.x"
)
WILSON_1927 = (
    "Wilson (1927), Probable inference, the law of succession, and statistical inference, Journal "
    "of the American Statistical Association 22, doi:10.1080/01621459.1927.10502953"
)
