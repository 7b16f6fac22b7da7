// A script for the editor's page that keeps the text of every notification, for they hide after some ten seconds.

/** Runs before anything of the editor does; as text, for a bundler would have it call what is not there. */
export const keepNotifications = `
  const kept = window.notified = [];
  const items = document.getElementsByClassName('notification-list-item');
  const last = new WeakMap();
  const look = () => {
    for (const item of items) {
      const message = item.querySelector('.notification-list-item-message')?.textContent ?? '';
      if (message !== '' && last.get(item) !== message && item.closest('.notifications-toasts')) {
        last.set(item, message);
        kept.push(message);
      }
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
`;
