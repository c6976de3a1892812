"""The publications that descriptions cite, beside those of the measures and coefficients."""

from __future__ import annotations

from qualcode.stats.coefficients import coefficient

__all__ = [
    "AGRESTI_1992",
    "ALLISON_LIKER_1982",
    "ANSCOMBE_1956",
    "ARMITAGE_1955",
    "BAKEMAN_GOTTMAN_1997",
    "BENJAMINI_HOCHBERG_1995",
    "BENJAMINI_YEKUTIELI_2001",
    "BERGER_1982",
    "BESAG_CLIFFORD_1989",
    "BLONDEL_2008",
    "BOON_THOMSON_2021",
    "BORG_GROENEN_2005",
    "BOWMAN_2021",
    "BRIN_PAGE_1998",
    "BYRT_1993",
    "CALLAGHAN_2020",
    "CAMPBELL_2013",
    "CANTOR_1996",
    "CARSTENS_2018",
    "CHAO_1987",
    "CHAO_2009",
    "CHAO_2014",
    "CHAO_JOST_2012",
    "CHAO_LEE_1992",
    "CICCHETTI_FEINSTEIN_1990",
    "COCHRAN_1954",
    "COLWELL_2004",
    "CORNFIELD_1956",
    "CRAMER_1946",
    "DAVISON_HINKLEY_1997",
    "EFRON_STEIN_1981",
    "ESTY_1983",
    "FLEISS_COHEN_EVERITT_1969",
    "GOOD_1953",
    "GOWER_1975",
    "GREENACRE_2017",
    "GUEST_2020",
    "HABERMAN_1973",
    "HALDANE_1956",
    "HARDIE_2014",
    "HELTSHE_FORRESTER_1983",
    "HENNIG_2007",
    "HENNINK_2017",
    "HOLM_1979",
    "HUBERT_ARABIE_1985",
    "JACCARD_1912",
    "KENDALL_1945",
    "KISH_1965",
    "KRUSKAL_1964",
    "LEE_CHAO_1994",
    "LEWIN_2018",
    "LIANG_ZEGER_1986",
    "LOTWICK_1982",
    "MANN_WHITNEY_1947",
    "MCNEMAR_1947",
    "OPSAHL_2010",
    "PAGE_2021",
    "PASSONNEAU_2006",
    "PHIPSON_SMYTH_2010",
    "PIEPER_2014",
    "RAO_SCOTT_1984",
    "RAYSON_GARSIDE_2000",
    "RITCHIE_SPENCER_1994",
    "ROUSSEEUW_1987",
    "SERRANO_2009",
    "SHAFFER_2016",
    "SIEBERT_EVENSTONE_2017",
    "SMITH_VAN_BELLE_1984",
    "SOKAL_MICHENER_1958",
    "SOKAL_ROHLF_1962",
    "STRONA_2014",
    "THOMAS_RAO_1987",
    "TORGERSON_1952",
    "VEECH_2013",
    "WELCH_1947",
    "WILSON_1927",
    "WOLTER_2007",
    "YULE_1900",
]  # fmt: skip

AGRESTI_1992 = (
    "Agresti (1992), A survey of exact inference for contingency tables, Statistical Science 7, "
    "doi:10.1214/ss/1177011454"
)
ALLISON_LIKER_1982 = (
    "Allison and Liker (1982), Analyzing sequential categorical data on dyadic interaction: a comment "
    "on Gottman, Psychological Bulletin 91, doi:10.1037/0033-2909.91.2.393"
)
ANSCOMBE_1956 = (
    "Anscombe (1956), On estimating binomial response relations, Biometrika 43, "
    "doi:10.1093/biomet/43.3-4.461"
)
ARMITAGE_1955 = (
    "Armitage (1955), Tests for linear trends in proportions and frequencies, Biometrics 11, "
    "doi:10.2307/3001775"
)
BAKEMAN_GOTTMAN_1997 = (
    "Bakeman and Gottman (1997), Observing interaction: an introduction to sequential analysis, 2nd "
    "edition, ch. 7, doi:10.1017/CBO9780511527685"
)
BENJAMINI_HOCHBERG_1995 = (
    "Benjamini and Hochberg (1995), Controlling the false discovery rate: a practical and powerful "
    "approach to multiple testing, Journal of the Royal Statistical Society B 57, "
    "doi:10.1111/j.2517-6161.1995.tb02031.x"
)
BENJAMINI_YEKUTIELI_2001 = (
    "Benjamini and Yekutieli (2001), The control of the false discovery rate in multiple testing "
    "under dependency, Annals of Statistics 29, doi:10.1214/aos/1013699998"
)
BERGER_1982 = (
    "Berger (1982), Multiparameter hypothesis testing and acceptance sampling, Technometrics 24, "
    "doi:10.1080/00401706.1982.10487790"
)
BESAG_CLIFFORD_1989 = (
    "Besag and Clifford (1989), Generalized Monte Carlo significance tests, Biometrika 76, "
    "doi:10.1093/biomet/76.4.633"
)
BLONDEL_2008 = (
    "Blondel, Guillaume, Lambiotte and Lefebvre (2008), Fast unfolding of communities in large "
    "networks, Journal of Statistical Mechanics P10008, doi:10.1088/1742-5468/2008/10/P10008"
)
BORG_GROENEN_2005 = (
    "Borg and Groenen (2005), Modern multidimensional scaling, 2nd edition, "
    "doi:10.1007/0-387-28981-X"
)
BOWMAN_2021 = (
    "Bowman, Swiecki, Cai, Wang, Eagan, Linderoth and Shaffer (2021), The mathematical foundations of "
    "epistemic network analysis, Advances in Quantitative Ethnography, Communications in Computer and "
    "Information Science 1312, doi:10.1007/978-3-030-67788-6_7"
)
BRIN_PAGE_1998 = (
    "Brin and Page (1998), The anatomy of a large-scale hypertextual Web search engine, Computer "
    "Networks and ISDN Systems 30, doi:10.1016/S0169-7552(98)00110-X"
)
BYRT_1993 = (
    "Byrt, Bishop and Carlin (1993), Bias, prevalence and kappa, Journal of Clinical Epidemiology 46, "
    "doi:10.1016/0895-4356(93)90018-V"
)
CAMPBELL_2013 = (
    "Campbell, Quincy, Osserman and Pedersen (2013), Coding in-depth semistructured interviews: problems of "
    "unitization and intercoder reliability and agreement, Sociological Methods & Research 42, "
    "doi:10.1177/0049124113500475"
)
CANTOR_1996 = (
    "Cantor (1996), Sample-size calculations for Cohen's kappa, Psychological Methods 1, "
    "doi:10.1037/1082-989X.1.2.150"
)
CARSTENS_2018 = (
    "Carstens, Berger and Strona (2018), A unifying framework for fast randomization of ecological "
    "networks with fixed (node) degrees, MethodsX 5, doi:10.1016/j.mex.2018.06.018"
)
CHAO_1987 = (
    "Chao (1987), Estimating the population size for capture-recapture data with unequal "
    "catchability, Biometrics 43, doi:10.2307/2531532"
)
CHAO_2009 = (
    "Chao, Colwell, Lin and Gotelli (2009), Sufficient sampling for asymptotic minimum species richness "
    "estimators, Ecology 90, doi:10.1890/07-2147.1"
)
CHAO_2014 = (
    "Chao, Gotelli, Hsieh, Sander, Ma, Colwell and Ellison (2014), Rarefaction and extrapolation with Hill "
    "numbers, Ecological Monographs 84, doi:10.1890/13-0133.1"
)
CHAO_JOST_2012 = (
    "Chao and Jost (2012), Coverage-based rarefaction and extrapolation: standardizing samples by "
    "completeness rather than size, Ecology 93, doi:10.1890/11-1952.1"
)
CHAO_LEE_1992 = (
    "Chao and Lee (1992), Estimating the number of classes via sample coverage, Journal of the American "
    "Statistical Association 87, doi:10.1080/01621459.1992.10475194"
)
CICCHETTI_FEINSTEIN_1990 = (
    "Cicchetti and Feinstein (1990), High agreement but low kappa: II. Resolving the paradoxes, "
    "Journal of Clinical Epidemiology 43, doi:10.1016/0895-4356(90)90159-M"
)
COCHRAN_1954 = (
    "Cochran (1954), Some methods for strengthening the common χ² tests, Biometrics 10, "
    "doi:10.2307/3001616"
)
COLWELL_2004 = (
    "Colwell, Mao and Chang (2004), Interpolating, extrapolating, and comparing incidence-based "
    "species accumulation curves, Ecology 85, doi:10.1890/03-0557"
)
CORNFIELD_1956 = (
    "Cornfield (1956), A statistical problem arising from retrospective studies, Proceedings of "
    "the Third Berkeley Symposium 4"
)
CRAMER_1946 = "Cramér (1946), Mathematical methods of statistics, section 21.9"
DAVISON_HINKLEY_1997 = (
    "Davison and Hinkley (1997), Bootstrap methods and their application, section 5.3.1, "
    "doi:10.1017/CBO9780511802843"
)
EFRON_STEIN_1981 = (
    "Efron and Stein (1981), The jackknife estimate of variance, Annals of Statistics 9, "
    "doi:10.1214/aos/1176345462"
)
ESTY_1983 = (
    "Esty (1983), A normal limit law for a nonparametric estimator of the coverage of a random sample, "
    "Annals of Statistics 11, doi:10.1214/aos/1176346256"
)
FLEISS_COHEN_EVERITT_1969 = (
    "Fleiss, Cohen and Everitt (1969), Large sample standard errors of kappa and weighted kappa, "
    "Psychological Bulletin 72, doi:10.1037/h0028106"
)
GOOD_1953 = (
    "Good (1953), The population frequencies of species and the estimation of population parameters, "
    "Biometrika 40, doi:10.1093/biomet/40.3-4.237"
)
GOWER_1975 = (
    "Gower (1975), Generalized Procrustes analysis, Psychometrika 40, doi:10.1007/BF02291478"
)
GREENACRE_2017 = "Greenacre (2017), Correspondence analysis in practice, 3rd edition, CRC Press"
GUEST_2020 = (
    "Guest, Namey and Chen (2020), A simple method to assess and report thematic saturation in "
    "qualitative research, PLOS ONE 15, doi:10.1371/journal.pone.0232076"
)
HABERMAN_1973 = (
    "Haberman (1973), The analysis of residuals in cross-classified tables, Biometrics 29, "
    "doi:10.2307/2529686"
)
HALDANE_1956 = (
    "Haldane (1956), The estimation and significance of the logarithm of a ratio of frequencies, "
    "Annals of Human Genetics 20, doi:10.1111/j.1469-1809.1955.tb01285.x"
)
HARDIE_2014 = (
    "Hardie (2014), Log Ratio: an informal introduction, ESRC Centre for Corpus Approaches to Social "
    "Science, http://cass.lancs.ac.uk/log-ratio-an-informal-introduction"
)
HELTSHE_FORRESTER_1983 = (
    "Heltshe and Forrester (1983), Estimating species richness using the jackknife procedure, "
    "Biometrics 39, doi:10.2307/2530802"
)
HENNIG_2007 = (
    "Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics & Data "
    "Analysis 52, doi:10.1016/j.csda.2006.11.025"
)
HENNINK_2017 = (
    "Hennink, Kaiser and Marconi (2017), Code saturation versus meaning saturation: how many interviews are "
    "enough?, Qualitative Health Research 27, doi:10.1177/1049732316665344"
)
HOLM_1979 = (
    "Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of "
    "Statistics 6"
)
HUBERT_ARABIE_1985 = (
    "Hubert and Arabie (1985), Comparing partitions, Journal of Classification 2, "
    "doi:10.1007/BF01908075"
)
JACCARD_1912 = coefficient("jaccard").reference
KENDALL_1945 = (
    "Kendall (1945), The treatment of ties in ranking problems, Biometrika 33, "
    "doi:10.1093/biomet/33.3.239"
)
KISH_1965 = "Kish (1965), Survey sampling, ch. 5"
KRUSKAL_1964 = (
    "Kruskal (1964), Multidimensional scaling by optimizing goodness of fit to a nonmetric "
    "hypothesis, Psychometrika 29, doi:10.1007/BF02289565"
)
LEE_CHAO_1994 = (
    "Lee and Chao (1994), Estimating population size via sample coverage for closed capture-recapture "
    "models, Biometrics 50, doi:10.2307/2533200"
)
LEWIN_2018 = (
    "Lewin, Booth, Glenton et al. (2018), Applying GRADE-CERQual to qualitative evidence synthesis findings: "
    "introduction to the series, Implementation Science 13(Suppl 1), 2, doi:10.1186/s13012-017-0688-3"
)
LIANG_ZEGER_1986 = (
    "Liang and Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika 73, "
    "doi:10.1093/biomet/73.1.13"
)
LOTWICK_1982 = (
    "Lotwick and Silverman (1982), Methods for analysing spatial processes of several types of points, "
    "Journal of the Royal Statistical Society B 44, doi:10.1111/j.2517-6161.1982.tb01221.x"
)
MANN_WHITNEY_1947 = (
    "Mann and Whitney (1947), On a test of whether one of two random variables is stochastically larger "
    "than the other, Annals of Mathematical Statistics 18, doi:10.1214/aoms/1177730491"
)
MCNEMAR_1947 = (
    "McNemar (1947), Note on the sampling error of the difference between correlated proportions or "
    "percentages, Psychometrika 12, doi:10.1007/BF02295996"
)
OPSAHL_2010 = (
    "Opsahl, Agneessens and Skvoretz (2010), Node centrality in weighted networks: generalizing "
    "degree and shortest paths, Social Networks 32, doi:10.1016/j.socnet.2010.03.006"
)
PASSONNEAU_2006 = (
    "Passonneau (2006), Measuring agreement on set-valued items (MASI) for semantic and pragmatic "
    "annotation, LREC, https://aclanthology.org/L06-1392"
)
PHIPSON_SMYTH_2010 = (
    "Phipson and Smyth (2010), Permutation P-values should never be zero: calculating exact P-values "
    "when permutations are randomly drawn, Statistical Applications in Genetics and Molecular Biology "
    "9, doi:10.2202/1544-6115.1585"
)
RAO_SCOTT_1984 = (
    "Rao and Scott (1984), On chi-squared tests for multiway contingency tables with cell proportions "
    "estimated from survey data, Annals of Statistics 12, doi:10.1214/aos/1176346391"
)
RAYSON_GARSIDE_2000 = (
    "Rayson and Garside (2000), Comparing corpora using frequency profiling, Proceedings of the "
    "Workshop on Comparing Corpora, doi:10.3115/1117729.1117730"
)
RITCHIE_SPENCER_1994 = (
    "Ritchie and Spencer (1994), Qualitative data analysis for applied policy research, in Bryman and "
    "Burgess (eds.), Analyzing qualitative data"
)
ROUSSEEUW_1987 = (
    "Rousseeuw (1987), Silhouettes: a graphical aid to the interpretation and validation of cluster "
    "analysis, Journal of Computational and Applied Mathematics 20, doi:10.1016/0377-0427(87)90125-7"
)
SERRANO_2009 = (
    "Serrano, Boguñá and Vespignani (2009), Extracting the multiscale backbone of complex weighted "
    "networks, Proceedings of the National Academy of Sciences 106, doi:10.1073/pnas.0808904106"
)
SHAFFER_2016 = (
    "Shaffer, Collier and Ruis (2016), A tutorial on epistemic network analysis: analyzing the "
    "structure of connections in cognitive, social, and interaction data, Journal of Learning "
    "Analytics 3, doi:10.18608/jla.2016.33.3"
)
SIEBERT_EVENSTONE_2017 = (
    "Siebert-Evenstone, Arastoopour Irgens, Collier, Swiecki, Ruis and Williamson Shaffer (2017), In "
    "search of conversational grain size: modeling semantic structure using moving stanza windows, "
    "Journal of Learning Analytics 4, doi:10.18608/jla.2017.43.7"
)
SMITH_VAN_BELLE_1984 = (
    "Smith and van Belle (1984), Nonparametric estimation of species richness, Biometrics 40, "
    "doi:10.2307/2530750"
)
SOKAL_MICHENER_1958 = (
    "Sokal and Michener (1958), A statistical method for evaluating systematic relationships, "
    "University of Kansas Science Bulletin 38"
)
SOKAL_ROHLF_1962 = (
    "Sokal and Rohlf (1962), The comparison of dendrograms by objective methods, Taxon 11, "
    "doi:10.2307/1217208"
)
STRONA_2014 = (
    "Strona, Nappo, Boccacci, Fattorini and San-Miguel-Ayanz (2014), A fast and unbiased procedure "
    "to randomize ecological binary matrices with fixed row and column totals, Nature "
    "Communications 5, doi:10.1038/ncomms5114"
)
THOMAS_RAO_1987 = (
    "Thomas and Rao (1987), Small-sample comparisons of level and power for simple goodness-of-fit "
    "statistics under cluster sampling, Journal of the American Statistical Association 82, "
    "doi:10.1080/01621459.1987.10478475"
)
TORGERSON_1952 = (
    "Torgerson (1952), Multidimensional scaling: I. Theory and method, Psychometrika 17, "
    "doi:10.1007/BF02288916"
)
VEECH_2013 = (
    "Veech (2013), A probabilistic model for analysing species co-occurrence, Global Ecology and "
    "Biogeography 22, doi:10.1111/j.1466-8238.2012.00789.x"
)
WELCH_1947 = (
    "Welch (1947), The generalization of ‘Student’s’ problem when several different population variances "
    "are involved, Biometrika 34, doi:10.1093/biomet/34.1-2.28"
)
WILSON_1927 = (
    "Wilson (1927), Probable inference, the law of succession, and statistical inference, Journal "
    "of the American Statistical Association 22, doi:10.1080/01621459.1927.10502953"
)
WOLTER_2007 = "Wolter (2007), Introduction to variance estimation, 2nd edition, section 4.5"
YULE_1900 = coefficient("yule_q").reference
CALLAGHAN_2020 = (
    "Callaghan and Müller-Hansen (2020), Statistical stopping criteria for automated screening in "
    "systematic reviews, Systematic Reviews 9, doi:10.1186/s13643-020-01521-4"
)
PAGE_2021 = (
    "Page, McKenzie, Bossuyt et al. (2021), The PRISMA 2020 statement: an updated guideline for reporting "
    "systematic reviews, BMJ 372, doi:10.1136/bmj.n71"
)
PIEPER_2014 = (
    "Pieper, Antoine, Mathes, Neugebauer and Eikermann (2014), Systematic review finds overlapping reviews "
    "were not mentioned in every other overview, Journal of Clinical Epidemiology 67, "
    "doi:10.1016/j.jclinepi.2013.11.007"
)
BOON_THOMSON_2021 = (
    "Boon and Thomson (2021), The effect direction plot revisited: application of the 2019 Cochrane Handbook "
    "guidance on alternative synthesis methods, Research Synthesis Methods 12, doi:10.1002/jrsm.1458"
)
