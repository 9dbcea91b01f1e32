/**
 * What a person reads of a failure: one sentence per kind, in four languages. Details are in
 * `diagnostics`, for integrators, in English.
 */
import type { ErrorCode } from '../../fhir/failure-kinds.ts'
import type { Language } from '../request/language.ts'

export const errorText: Readonly<Record<ErrorCode, Readonly<Record<Language, string>>>> = {
  invalid: {
    en: 'The request cannot be read.',
    fr: 'La demande est illisible.',
    nl: 'Het verzoek kan niet worden gelezen.',
    de: 'Die Anfrage kann nicht gelesen werden.'
  },
  unauthenticated: {
    en: 'Please sign in first.',
    fr: 'Veuillez d’abord vous identifier.',
    nl: 'Meld u eerst aan.',
    de: 'Bitte melden Sie sich zuerst an.'
  },
  forbidden: {
    en: 'This is not allowed with your access.',
    fr: 'Votre accès ne le permet pas.',
    nl: 'Uw toegang laat dit niet toe.',
    de: 'Ihr Zugang erlaubt das nicht.'
  },
  'not-found': {
    en: 'This cannot be found.',
    fr: 'Introuvable.',
    nl: 'Dit is niet gevonden.',
    de: 'Das wurde nicht gefunden.'
  },
  'method-not-allowed': {
    en: 'This cannot be done here.',
    fr: 'Cette action n’est pas possible ici.',
    nl: 'Dit kan hier niet.',
    de: 'Das ist hier nicht möglich.'
  },
  'not-acceptable': {
    en: 'The server cannot answer in the format asked for.',
    fr: 'Le serveur ne peut pas répondre dans le format demandé.',
    nl: 'De server kan niet in het gevraagde formaat antwoorden.',
    de: 'Der Server kann nicht im gewünschten Format antworten.'
  },
  'request-timeout': {
    en: 'The request did not arrive in time.',
    fr: 'La demande n’est pas arrivée à temps.',
    nl: 'Het verzoek is niet op tijd aangekomen.',
    de: 'Die Anfrage ist nicht rechtzeitig angekommen.'
  },
  conflict: {
    en: 'Somebody else has just changed this.',
    fr: 'Quelqu’un d’autre vient de le modifier.',
    nl: 'Iemand anders heeft dit net gewijzigd.',
    de: 'Jemand anders hat das gerade geändert.'
  },
  deleted: {
    en: 'This has been deleted.',
    fr: 'Cet élément a été supprimé.',
    nl: 'Dit is verwijderd.',
    de: 'Das wurde gelöscht.'
  },
  'precondition-failed': {
    en: 'This has changed since you read it, or is not unique.',
    fr: 'Cet élément a changé depuis votre lecture, ou n’est pas unique.',
    nl: 'Dit is gewijzigd sinds u het las, of is niet uniek.',
    de: 'Das hat sich seit Ihrem Lesen geändert oder ist nicht eindeutig.'
  },
  'too-large': {
    en: 'The request is too large.',
    fr: 'La demande est trop volumineuse.',
    nl: 'Het verzoek is te groot.',
    de: 'Die Anfrage ist zu groß.'
  },
  'unsupported-media-type': {
    en: 'The server does not read this format.',
    fr: 'Le serveur ne lit pas ce format.',
    nl: 'De server leest dit formaat niet.',
    de: 'Der Server liest dieses Format nicht.'
  },
  unprocessable: {
    en: 'The content does not meet the rules.',
    fr: 'Le contenu ne respecte pas les règles.',
    nl: 'De inhoud voldoet niet aan de regels.',
    de: 'Der Inhalt entspricht nicht den Regeln.'
  },
  'too-many-requests': {
    en: 'Too many requests; please wait a moment.',
    fr: 'Trop de demandes ; veuillez patienter un instant.',
    nl: 'Te veel verzoeken; wacht even.',
    de: 'Zu viele Anfragen; bitte warten Sie einen Moment.'
  },
  'headers-too-large': {
    en: 'The request is too large.',
    fr: 'La demande est trop volumineuse.',
    nl: 'Het verzoek is te groot.',
    de: 'Die Anfrage ist zu groß.'
  },
  internal: {
    en: 'The server made a mistake.',
    fr: 'Le serveur a rencontré une erreur.',
    nl: 'Er ging iets mis op de server.',
    de: 'Auf dem Server ist ein Fehler aufgetreten.'
  },
  'not-implemented': {
    en: 'The server does not offer this.',
    fr: 'Le serveur n’offre pas cette fonction.',
    nl: 'De server biedt dit niet aan.',
    de: 'Der Server bietet das nicht an.'
  },
  unavailable: {
    en: 'The server is busy; please try again shortly.',
    fr: 'Le serveur est occupé ; veuillez réessayer bientôt.',
    nl: 'De server is bezet; probeer het straks opnieuw.',
    de: 'Der Server ist ausgelastet; bitte versuchen Sie es gleich noch einmal.'
  },
  'storage-full': {
    en: 'The server has no room left.',
    fr: 'Le serveur n’a plus d’espace.',
    nl: 'De server heeft geen ruimte meer.',
    de: 'Der Server hat keinen Platz mehr.'
  }
}
