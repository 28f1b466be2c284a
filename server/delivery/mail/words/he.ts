/** Customers' mails in Hebrew. */
import type { MailWords } from '../words.ts';

export const he: MailWords = {
  language: 'he',
  direction: 'rtl',
  status: {
    OPEN: 'פתוח',
    ACKNOWLEDGED: 'התקבל',
    INVESTIGATION: 'בבדיקה',
    MITIGATED: 'בשליטה',
    RESOLVED: 'נפתר',
    CLOSED: 'סגור',
  },
  newAnswer: 'תשובה חדשה',
  newIncident: 'נפתח עבורך',
  hello: (name) => `שלום ${name},`,
  answered: (company) => `התקבלה תשובה מאת ${company}.`,
  moved: (company, status) => `הסטטוס של הפנייה שלך אצל ${company} הוא כעת ”${status}“.`,
  answeredAndMoved: (company, status) =>
    `התקבלה תשובה מאת ${company}, והסטטוס של הפנייה שלך הוא כעת ”${status}“.`,
  resolved: (company) =>
    `הפנייה שלך אצל ${company} נפתרה. הבעיה לא נפתרה? אפשר להשיב בפורטל והפנייה תיפתח מחדש.`,
  answeredAndResolved: (company) =>
    `התקבלה תשובה מאת ${company}, והפנייה שלך נפתרה. הבעיה לא נפתרה? אפשר להשיב בפורטל והפנייה תיפתח מחדש.`,
  opened: (company) => `פנייה זו נפתחה עבורך אצל ${company}.`,
  announcementResolved: 'תקלה שסימנת כמשפיעה עליך נפתרה.',
  wrote: (author) => `הודעה מאת ${author}`,
  open: 'פתיחת הפנייה',
  answerThere: 'כדי להשיב יש לפתוח את הפנייה: תשובות לדואר זה אינן מגיעות אליה.',
  why: (company) => `דואר זה נשלח אליך כי הוא עוסק בפנייה שלך אצל ${company}.`,
  whyAnnouncement: (company) => `דואר זה נשלח אליך כי סימנת אצל ${company} שהתקלה משפיעה עליך.`,
  switchOff: 'ביטול הודעות הדואר',
  off: {
    title: 'דואר על הפניות שלך',
    question: (company) =>
      `נשלח אליך דואר מאת ${company} כשמתקבלת תשובה או כשחל שינוי בפנייה שלך. לבטל את הודעות הדואר?`,
    yes: 'ביטול',
    done: (company) =>
      `בוטל. לא יישלח עוד דואר מאת ${company} על הפניות שלך. הכול עדיין מופיע בפורטל.`,
    again: 'הפעלה מחדש',
    onAgain: (company) => `הופעל. יישלח אליך דואר מאת ${company} על הפניות שלך.`,
    broken: 'הקישור אינו שלם או שאינו תקף עוד. אפשר לבטל את הודעות הדואר בתפריט החשבון בפורטל.',
  },
};
