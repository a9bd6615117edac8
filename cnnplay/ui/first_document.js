// Runs before Streamlit does: says where the server is, and hides the page until it is complete.

(() => {
  const LONGEST = 12000; // milliseconds for which a page stays hidden
  const STILL = 6; // frames without a change of layout after which the page is complete

  // The address of the page without its name. Streamlit would try the page's own address first, in vain.
  const server = location.origin + location.pathname.replace(/[^/]*$/, "");
  const settings = /** @type {{ __streamlit?: object }} */ (window);
  settings.__streamlit = { ...settings.__streamlit, BACKEND_BASE_URL: server };

  const root = document.documentElement;
  root.classList.add("arriving");
  const arrived = () => {
    if (!root.classList.contains("arriving")) return;
    root.classList.remove("arriving");
    showChosenTab();
  };
  setTimeout(arrived, LONGEST);

  /** The tab that a link opens may be beyond the edge of a narrow screen. */
  function showChosenTab() {
    const tab = document.querySelector("[data-testid=stTabs] [role=tab][aria-selected=true]");
    let list = tab?.parentElement;
    while (list && list.scrollWidth <= list.clientWidth) list = list.parentElement;
    if (!tab || !list?.closest("[data-testid=stTabs]")) return;
    const { left, width } = list.getBoundingClientRect();
    const place = tab.getBoundingClientRect();
    list.scrollLeft += place.left + place.width / 2 - left - width / 2; // in the middle: arrows lie over both ends
  }

  /** Whether something on the screen is still to come: a widget's script, or what a component draws.
   * @param {Element} each a widget's placeholder, or a component
   */
  const isMissing = (each) => {
    const { top, height } = each.getBoundingClientRect();
    const isHidden = each.getClientRects().length === 0; // on another tab
    return top < innerHeight && !isHidden && (height === 0 || each.matches("[data-testid=stSkeleton]"));
  };

  /** The heights of main part and sidebar, which change while something comes; null while something is missing. */
  const layout = () => {
    const app = document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]");
    if (!app?.querySelector(".stMainBlockContainer h1")) return null;
    const coming = Array.from(
      app.querySelectorAll(
        "[data-testid=stSkeleton], .stElementContainer:not(.st-key-address, .st-key-course_storage) .stBidiComponent",
      ),
    );
    if (coming.some(isMissing)) return null;
    const parts = app.querySelectorAll(
      ".stMainBlockContainer, [data-testid=stSidebarContent], [data-testid=stSidebarUserContent]",
    );
    return Array.from(parts, (each) => each.scrollHeight).join();
  };

  /** @type {string | null} */
  let last = null;
  let still = 0;
  const look = () => {
    const now = layout();
    still = now !== null && now === last ? still + 1 : 0;
    last = now;
    if (still >= STILL) arrived();
    else if (root.classList.contains("arriving")) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
