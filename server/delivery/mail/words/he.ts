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
  account: {
    signUp: {
      subject: (company) => `השלמת ההרשמה אצל ${company}`,
      text: (company) =>
        `כדי להשלים את החשבון אצל ${company} ולאשר את הכתובת הזאת, יש לפתוח את הקישור.`,
      button: 'אישור וכניסה',
    },
    taken: {
      subject: (company) => `החשבון שלך אצל ${company}`,
      text: (company) =>
        `מישהו, כנראה את או אתה, נרשם עכשיו אצל ${company} עם הכתובת הזאת. כבר יש לה חשבון: אפשר פשוט להיכנס. אם הסיסמה נשכחה, הקישור הזה מאפשר לבחור חדשה.`,
      button: 'בחירת סיסמה חדשה',
    },
    password: {
      subject: (company) => `סיסמה חדשה אצל ${company}`,
      text: (company) =>
        `מישהו, כנראה את או אתה, ביקש סיסמה חדשה אצל ${company}. הקישור מאפשר לבחור אחת.`,
      button: 'בחירת סיסמה חדשה',
    },
    confirm: {
      subject: (company) => `אישור הכתובת שלך אצל ${company}`,
      text: (company) =>
        `‏${company} רוצים לוודא שהכתובת הזאת שלך. יש לפתוח את הקישור, לאשר אותה ולבחור סיסמה חדשה.`,
      button: 'אישור הכתובת',
    },
    changed: {
      subject: (company) => `הסיסמה שלך אצל ${company} שונתה`,
      text: (company) => `הסיסמה של החשבון שלך אצל ${company} שונתה עכשיו, וכל שאר המכשירים נותקו.`,
      button: 'פתיחת הפורטל',
    },
    once: 'הקישור פועל פעם אחת, במשך 30 דקות.',
    notYou: 'לא ביקשת את זה? אין צורך לעשות דבר: בלי הקישור שום דבר לא ישתנה.',
    notYouChanged:
      'לא שינית את הסיסמה? יש לפתוח את הפורטל, לבחור „שכחת את הסיסמה?” ולהודיע לצוות התמיכה.',
    why: (company) => `קיבלת את ההודעה הזאת כי נעשה שימוש בכתובת הזאת בפורטל התמיכה של ${company}.`,
  },
};
