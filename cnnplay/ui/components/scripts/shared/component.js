// A component's life: made once for its place on the page, updated at every rerun, destroyed with it.

/** @typedef {(name: string, value: unknown) => void} Trigger tells Python a value: `st.session_state[key][name]` */

/**
 * What a component is given at every rerun.
 * @template Data
 * @typedef {{ parentElement: HTMLElement, data: Data, setTriggerValue: Trigger, setStateValue: Trigger }} Call
 */

/**
 * @template Data
 * @typedef {{ update: (call: Call<Data>) => void, destroy: () => void }} Component
 */

/**
 * The function that Streamlit calls at every rerun. Data arrive in a list of one (see component.py).
 *
 * Streamlit calls back what the function returns when the component leaves the page. It also calls back, and late, for
 * a call that was overtaken by the next one while this module was loading: by then the next has taken the component over.
 * @template Data
 * @param {new (call: Call<Data>) => Component<Data>} Kind
 * @returns {(call: Call<[Data]>) => () => void}
 */
export function component(Kind) {
  /** @type {WeakMap<HTMLElement, { one: Component<Data>, calls: number }>} */
  const living = new WeakMap();
  return ({ data: [data], ...call }) => {
    const life = living.get(call.parentElement) ?? { one: new Kind({ ...call, data }), calls: 0 };
    living.set(call.parentElement, life);
    life.calls += 1;
    const mine = life.calls;
    life.one.update({ ...call, data });
    return () => {
      if (mine < life.calls) return;
      life.one.destroy();
      living.delete(call.parentElement);
    };
  };
}
