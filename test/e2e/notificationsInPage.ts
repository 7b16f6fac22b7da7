// A script for the editor's page that records the text of every notification, because they hide after ten seconds.

/** Runs before any code of the editor. It is text, because a bundler would make it call missing helpers. */
export const keepNotifications = `
  const texts = window.notified = [];
  const items = document.getElementsByClassName('notification-list-item');
  const last = new WeakMap();
  const look = () => {
    for (const item of items) {
      const message = item.querySelector('.notification-list-item-message')?.textContent ?? '';
      if (message !== '' && last.get(item) !== message && item.closest('.notifications-toasts')) {
        last.set(item, message);
        texts.push(message);
      }
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
`;
