/** The frame of every screen: bar on top, what concerns everything, the part that scrolls, a foot that stays. */
import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { IconButton } from '../../common/components/button.tsx';
import { BACK, CLOSE, MORE } from '../../common/components/icon.tsx';
import { Monogram } from '../../common/components/monogram.tsx';
import { closePanel } from '../state/host.ts';
import { ConnectionBanner } from './banner.tsx';
import { usePanel, useWords } from './context.ts';

export interface ScreenProps {
  /** The screen's title in the bar; without it the bar shows the company, and the body has its own heading. */
  title?: string | undefined;
  subtitle?: string | undefined;
  onBack?: (() => void) | undefined;
  /** Between bar and body; does not scroll. */
  top?: ComponentChildren;
  foot?: ComponentChildren;
  bodyRef?: RefObject<HTMLElement | null>;
  body?: JSX.IntrinsicElements['main'];
  children: ComponentChildren;
}

/** A screen. It takes the focus when it appears and when the panel opens: `[data-focus]` in it, else its heading. */
export function Screen({
  title,
  subtitle,
  onBack,
  top,
  foot,
  bodyRef,
  body,
  children,
}: ScreenProps) {
  const panel = usePanel();
  const frame = useRef<HTMLDivElement>(null);
  const tick = panel.focusTick.value;
  useEffect(() => {
    if (!panel.isOpen.peek()) return;
    const target =
      frame.current?.querySelector<HTMLElement>('[data-focus]') ??
      frame.current?.querySelector('h1');
    target?.focus({ preventScroll: true });
  }, [tick]);
  return (
    <div class="screen" ref={frame}>
      <header>
        <Bar title={title} subtitle={subtitle} onBack={onBack} />
        <ConnectionBanner />
        {top}
      </header>
      <main {...body} {...(bodyRef && { ref: bodyRef })}>
        {children}
      </main>
      {foot && <footer>{foot}</footer>}
    </div>
  );
}

function Bar({ title, subtitle, onBack }: Pick<ScreenProps, 'title' | 'subtitle' | 'onBack'>) {
  const panel = usePanel();
  const { t } = useWords();
  const company = panel.company.value;
  return (
    <div class="bar">
      {onBack && <IconButton icon={BACK} label={t('bar.back')} onClick={onBack} />}
      {title === undefined && <Monogram name={company?.name ?? t('panel.support')} />}
      <div class="grow" dir="auto">
        {title === undefined ? (
          <b>{company?.name ?? t('panel.support')}</b>
        ) : (
          <h1 tabIndex={-1} title={title}>
            {title}
          </h1>
        )}
        {(subtitle || (company && title === undefined)) && (
          <small>{subtitle ?? t('panel.support')}</small>
        )}
      </div>
      {panel.customer.value && !panel.link.value && <Account />}
      {panel.deps.isFramed && (
        <IconButton icon={CLOSE} label={t('bar.close')} onClick={() => closePanel(panel)} />
      )}
    </div>
  );
}

/** The account's menu; its button stands there from the start, so that nothing moves when the menu is ready. */
function Account() {
  const { t } = useWords();
  const parts = usePanel().files.work.parts.value;
  if (parts) return <parts.AccountMenu />;
  return (
    <div class="menu-box">
      <IconButton icon={MORE} label={t('bar.account')} aria-haspopup="menu" disabled />
    </div>
  );
}
