"""What the columns of coded segments are called, in the languages that programs export them in."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

__all__ = ["HEADS", "PROGRAM_OF", "head_key"]

# Of several columns for one thing, the one whose head stands first here is read: who coded a segment before
# who changed it, and its words before its name. English, German, French, Spanish, Portuguese, Italian, Dutch,
# Polish. Accents and marks do not matter.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "document": (
        "document", "document name", "documents", "media title", "document title", "file", "file name",
        "filename", "file/case name", "source name", "source", "resource", "transcript", "title",
        "dokument", "dokumentname", "name des dokuments", "dokumente", "primärdokument", "datei",
        "dateiname", "quelle", "titel",
        "nom du document", "fichier", "nom du fichier", "titre du média", "titre",
        "documento", "nombre del documento", "nombre de documento", "archivo", "nombre del archivo",
        "nombre de archivo", "fuente", "título", "título del medio",
        "nome do documento", "arquivo", "nome do arquivo", "ficheiro", "nome do ficheiro", "fonte",
        "nome del documento", "nome documento", "nome file", "titolo",
        "documentnaam", "bestand", "bestandsnaam", "bron",
        "nazwa dokumentu", "plik", "nazwa pliku", "tytuł",
    ),
    "code": (
        "code", "codes", "codes applied combined", "codes applied", "code name", "codename", "tag", "tags",
        "node", "nodes", "label", "labels",
        "kode", "kodes", "angewandte kodes", "angewandte codes", "kategorie", "kategorien", "knoten",
        "codes appliqués", "nom du code", "étiquette", "étiquettes", "nœud", "noeud", "nœuds", "noeuds",
        "código", "códigos", "códigos aplicados", "etiqueta", "etiquetas", "nodo", "nodos",
        "códigos atribuídos", "nó", "nós",
        "codice", "codici", "codici applicati", "etichetta", "nodi",
        "toegepaste codes", "knooppunt",
        "kod", "kody", "nazwa kodu", "węzeł",
    ),
    "quote": (
        "quotation content", "text content", "excerpt copy", "coded segment", "coded segments", "coded text",
        "reference text", "quote", "segment", "segments", "content", "excerpt", "quotation", "text",
        "fragment", "coded", "seltext", "highlight", "highlighted text",
        "zitatinhalt", "inhalt des zitats", "textinhalt", "codiertes segment", "codierte segmente",
        "kodiertes segment", "codierter text", "codierte stelle", "textstelle", "auszug", "fundstelle",
        "zitat", "inhalt",
        "contenu de la citation", "contenu textuel", "contenu du texte", "segment codé", "segments codés",
        "texte codé", "extrait", "citation", "contenu", "texte",
        "contenido de la cita", "contenido del texto", "contenido de texto", "segmento codificado",
        "segmentos codificados", "texto codificado", "fragmento", "extracto", "cita", "segmento",
        "contenido", "texto",
        "conteúdo da citação", "conteúdo do texto", "trecho", "citação", "conteúdo",
        "contenuto della citazione", "contenuto del testo", "segmento codificato", "testo codificato",
        "estratto", "citazione", "contenuto", "testo",
        "inhoud van citaat", "gecodeerd segment", "citaat", "inhoud", "tekst",
        "zakodowany segment", "treść cytatu", "cytat", "treść", "tekst",
    ),
    "start": ("start", "start offset", "start char", "char start", "pos0", "selfirst"),
    "end": ("end", "end offset", "end char", "char end", "pos1", "selend"),
    "range": ("excerpt range", "range", "auszugsbereich", "plage", "rango", "intervalo", "intervallo"),
    "paragraph": (
        "initial position", "beginning", "begin", "start position", "reference", "paragraph",
        "anfang", "anfangsposition", "startposition", "absatz", "referenz",
        "début", "position initiale", "position de début", "paragraphe", "référence",
        "inicio", "posición inicial", "párrafo", "referencia",
        "início", "posição inicial", "parágrafo", "referência",
        "inizio", "posizione iniziale", "paragrafo", "riferimento",
        "beginpositie", "alinea", "początek", "pozycja początkowa", "akapit",
    ),
    "last": (
        "final position", "end position", "ende", "endposition", "fin", "position finale",
        "posición final", "fim", "posição final", "fine", "posizione finale", "einde", "eindpositie",
        "koniec", "pozycja końcowa",
    ),
    "coder": (
        "coder", "coded by", "created by", "excerpt creator", "author", "creator", "rater", "user", "owner",
        "annotator", "modified by", "last modified by", "edited by",
        "codiert von", "kodiert von", "erstellt von", "kodierer", "codierer", "kodierer/in", "autor",
        "autor/in", "ersteller", "benutzer", "bearbeitet von", "geändert von",
        "codé par", "créé par", "codeur", "auteur", "créateur", "utilisateur", "modifié par",
        "codificado por", "creado por", "codificador", "creador", "usuario", "modificado por",
        "criado por", "criador", "usuário", "utilizador",
        "codificato da", "creato da", "codificatore", "autore", "utente", "modificato da",
        "gecodeerd door", "gemaakt door", "codeur", "gebruiker", "gewijzigd door",
        "kodujący", "utworzone przez", "utworzony przez", "użytkownik", "zmodyfikowany przez",
        "zmodyfikowane przez",
    ),
    "time": (
        "coded on", "creation date", "created", "created at", "created on", "excerpt date", "date created",
        "date", "time", "modification date", "modified", "modified on", "last modified",
        "codiert am", "erstellt am", "erstellt", "erstellungsdatum", "datum", "bearbeitet am", "geändert am",
        "geändert", "änderungsdatum",
        "date de création", "créé le", "créé", "date de modification", "modifié le",
        "fecha de creación", "creado el", "creado", "fecha", "fecha de modificación", "modificado",
        "data de criação", "criado em", "data", "data de modificação",
        "data di creazione", "creato il", "data di modifica",
        "aanmaakdatum", "gemaakt op", "wijzigingsdatum",
        "data utworzenia", "utworzono", "data modyfikacji",
    ),
    "memo": (
        "comment", "comments", "memo", "memos", "note", "notes", "annotation", "annotations",
        "kommentar", "kommentare", "notiz", "notizen", "anmerkung", "anmerkungen",
        "commentaire", "commentaires", "mémo", "mémos", "remarque",
        "comentario", "comentarios", "nota", "notas", "anotación", "anotaciones",
        "comentário", "comentários", "anotação",
        "commento", "commenti", "annotazione", "opmerking", "commentaar", "notitie",
        "komentarz", "komentarze", "notatka",
    ),
    "weight": (
        "weight", "weight score", "gewicht", "gewichtung", "poids", "pondération", "peso", "ponderación",
        "ponderação", "waga",
    ),
    "colour": ("colour", "color", "farbe", "couleur", "cor", "colore", "kleur", "kolor"),
    "group": (
        "document group", "document groups", "dokumentgruppe", "dokumentgruppen", "dokumentengruppe",
        "groupe de documents", "groupes de documents", "grupo de documentos", "grupos de documentos",
        "gruppo di documenti", "gruppi di documenti", "documentgroep", "grupa dokumentów",
    ),
    "number": (
        "number of codes", "anzahl codes", "anzahl kodes", "anzahl der codes", "anzahl der kodes",
        "nombre de codes", "número de códigos", "numero di codici", "aantal codes", "liczba kodów",
    ),
    "id": (
        "id", "number", "quotation id", "excerpt id", "no.", "nr", "nr.", "nummer", "zitat-id",
        "numéro", "identifiant", "id de la citation", "número", "id de la cita", "id da citação", "numero",
        "numer",
    ),
}  # fmt: skip

_PROGRAMS: Mapping[str, tuple[str, ...]] = {
    "dedoose": ("excerpt copy", "media title", "codes applied combined"),
    "atlasti": (
        "quotation content", "quotation name", "text content", "zitatinhalt", "inhalt des zitats", "kodes",
        "contenu de la citation", "nom de la citation", "contenido de la cita", "nombre de la cita",
        "conteúdo da citação", "contenuto della citazione",
    ),
    "maxqda": (
        "document group", "dokumentgruppe", "groupe de documents", "grupo de documentos",
        "gruppo di documenti", "grupa dokumentów", "weight score", "codiertes segment", "coded segments",
    ),
}  # fmt: skip


@cache
def head_key(head: str) -> str:
    """Return the form in which heads are compared: without accents, marks and case, with single spaces.

    Examples
    --------
    >>> head_key("Código:"), head_key("start_offset"), head_key("  Erstellt  von")
    ('codigo', 'start offset', 'erstellt von')
    """
    bare = "".join(
        each
        for each in unicodedata.normalize("NFKD", head.casefold())
        if not unicodedata.combining(each)
    )
    return " ".join(bare.replace("ł", "l").replace("_", " ").strip(" :").split())


HEADS: Mapping[str, tuple[str, ...]] = {
    field: tuple(dict.fromkeys(map(head_key, heads))) for field, heads in _WORDS.items()
}
"""By what a column holds, its heads in the form in which they are compared, the likeliest first."""
PROGRAM_OF: Mapping[str, str] = {
    head_key(head): program for program, heads in _PROGRAMS.items() for head in heads
}
"""By a head that only one program has, the program."""
