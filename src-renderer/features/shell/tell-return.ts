import { say } from '../../language.ts';
import { shellTexts } from '../../texts/shell-texts.ts';
import { useToasts } from '../../stores/toasts.ts';

/** Says that the page had stopped, when the window loaded it again: its address tells. */
export function tellReturn(): void {
  if (location.search !== '?came-back') return;
  history.replaceState(history.state, '', location.pathname + location.hash);
  useToasts().show({ state: 'attention', title: say(shellTexts.cameBack), detail: say(shellTexts.wentOn) });
}
